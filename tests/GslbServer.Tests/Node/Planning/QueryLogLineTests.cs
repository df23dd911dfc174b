namespace GslbServer.Tests.Planning;

public sealed class QueryLogLineTests
{
    [Theory]
    [InlineData("198.51.100.0/24 www.example.org", "198.51.100.0/24", "www.example.org")]
    [InlineData("198.51.100.7\twww.example.org.\tA", "198.51.100.7/32", "www.example.org.")]
    [InlineData("198.51.100.7,www.example.org", "198.51.100.7/32", "www.example.org")]
    [InlineData("  2001:db8::1  ", "2001:db8::1/128", "")]
    [InlineData("::ffff:192.0.2.1 a", "192.0.2.1/32", "a")]
    [InlineData("198.51.100.7/24 www.example.org", "198.51.100.0/24", "www.example.org")]
    [InlineData("{\"client\":\"192.0.2.1\",\"subnet\":\"198.51.100.0/24\",\"name\":\"www.example.org.\"}", "198.51.100.0/24", "www.example.org.")]
    [InlineData("{\"client\":\"192.0.2.1\",\"subnet\":null,\"name\":\"www.example.org.\"}", "192.0.2.1/32", "www.example.org.")]
    [InlineData("29-Nov-2026 05:00:00.000 queries: info: client @0x7f5c 192.0.2.1#5353 (www.example.org): query: www.example.org IN A +E(0)K (192.0.2.53)", "192.0.2.1/32", "www.example.org")]
    [InlineData("client @0x7f5c 192.0.2.1#5353 (www.example.org): query: www.example.org IN A +E(0) (192.0.2.53) [ECS 198.51.100.0/24/0]", "198.51.100.0/24", "www.example.org")]
    [InlineData("client 2001:db8::53#40000 (www.example.org): view internal: query: www.example.org IN AAAA + (2001:db8::1) [ECS 2001:db8:7::/48/0]", "2001:db8:7::/48", "www.example.org")]
    [InlineData("client @0x7f5c 192.0.2.1#5353 (www.example.org): query: www.example.org IN A +E(0) (192.0.2.53) [ECS 0.0.0.0/0/0]", "192.0.2.1/32", "www.example.org")]
    public void A_line_tells_who_asked_for_what(string line, string client, string name)
    {
        Assert.True(QueryLogLine.TryRead(line, out QueryLogLine read));
        Assert.Equal((client, name), (read.Client.ToString(), read.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("www.example.org 198.51.100.7")]
    [InlineData("198.51.100.0/33 www.example.org")]
    [InlineData("198.51.100.0/ www.example.org")]
    [InlineData("{\"client\":7}")]
    [InlineData("{\"client\":\"192.0.2.1\"")]
    [InlineData("client @0x7f5c nobody#5353 (x): query: x IN A +")]
    [InlineData("client: query: ")]
    [InlineData("client @0x7 192.0.2.1#53 (x): query: x IN A + [ECS nonsense/24/0]")]
    public void What_is_none_is_told(string line) => Assert.False(QueryLogLine.TryRead(line, out _));

    [Fact]
    public void Any_line_is_read_or_not_and_nothing_throws()
    {
        var random = new Random(7);
        string[] seeds = ["198.51.100.0/24 www.example.org", "{\"client\":\"192.0.2.1\",\"name\":\"a\"}", "client @0x7f5c 192.0.2.1#5353 (w): query: w IN A + (::1) [ECS 198.51.100.0/24/0]"];
        for (int i = 0; i < 20_000; i++)
        {
            char[] line = seeds[i % seeds.Length].ToCharArray();
            for (int change = random.Next(4); change >= 0; change--) line[random.Next(line.Length)] = (char)random.Next(32, 127);
            QueryLogLine.TryRead(line.AsSpan(0, random.Next(line.Length + 1)), out _);
        }
    }
}

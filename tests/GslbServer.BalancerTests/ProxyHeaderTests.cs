using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Balancer.Tests;

public sealed class ProxyHeaderTests
{
    private static readonly IPEndPoint Client4 = IPEndPoint.Parse("192.0.2.7:56324"), Local4 = IPEndPoint.Parse("198.51.100.1:443"),
        Client6 = IPEndPoint.Parse("[2001:db8::7]:56324"), Local6 = IPEndPoint.Parse("[2001:db8::1]:443");

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public void What_is_written_is_read(ProxyVersion version)
    {
        foreach ((IPEndPoint client, IPEndPoint local) in new[] { (Client4, Local4), (Client6, Local6) })
        {
            byte[] octets = [.. Written(version, client, local), .. "rest"u8];
            Assert.Equal(Parsed.Whole, ProxyHeader.TryRead(octets, out ProxyHeader header, out int length));
            Assert.Equal((client, local, octets.Length - 4), (header.Source!, header.Destination!, length));
            for (int cut = 0; cut < length; cut++) Assert.Equal(Parsed.Part, ProxyHeader.TryRead(octets.AsSpan(0, cut), out _, out _));
        }
    }

    [Fact]
    public void Families_that_differ_are_written_as_IPv6()
    {
        ProxyHeader.TryRead(Written(ProxyVersion.V2, Client6, Local4), out ProxyHeader header, out _);
        Assert.Equal((Client6, new IPEndPoint(Local4.Address.MapToIPv6(), 443)), (header.Source!, header.Destination!));
    }

    [Fact]
    public void The_octets_are_those_of_the_specification()
    {
        Assert.Equal("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", Encoding.ASCII.GetString(Written(ProxyVersion.V1, Client4, Local4)));
        Assert.Equal("0D0A0D0A000D0A515549540A2111000CC0000207C6336401DC0401BB", Convert.ToHexString(Written(ProxyVersion.V2, Client4, Local4)));
        Assert.Equal(0x12, Written(ProxyVersion.V2, Client4, Local4, ProtocolType.Udp)[13]);
    }

    [Fact]
    public void TLVs_are_skipped()
    {
        byte[] octets = [.. Written(ProxyVersion.V2, Client4, Local4), 0x01, 0, 2, (byte)'h', (byte)'2'];
        octets[15] += 5;
        Assert.Equal(Parsed.Whole, ProxyHeader.TryRead(octets, out ProxyHeader header, out int length));
        Assert.Equal((Client4, octets.Length), (header.Source!, length));
    }

    [Fact]
    public void What_the_balancer_says_of_itself_names_no_client()
    {
        byte[] local = Written(ProxyVersion.V2, Client4, Local4);
        local[12] = 0x20;
        foreach (byte[] octets in new[] { local, "PROXY UNKNOWN\r\n"u8.ToArray(), "PROXY UNKNOWN ffff::1 x 1 2\r\n"u8.ToArray() })
        {
            Assert.Equal(Parsed.Whole, ProxyHeader.TryRead(octets, out ProxyHeader header, out int length));
            Assert.Equal((null, octets.Length), (header.Source, length));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXX")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 65536\r\n")]
    [InlineData("PROXY TCP4 1 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 2001:db8::7 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP6 192.0.2.7 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY UDP4 192.0.2.7 198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7  198.51.100.1 56324 443\r\n")]
    [InlineData("PROXY \0\r\n")]
    public void Anything_else_is_wrong(string text) => Assert.Equal(Parsed.Wrong, ProxyHeader.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void A_header_without_an_end_is_wrong_at_its_longest()
    {
        Assert.Equal(Parsed.Part, ProxyHeader.TryRead(Encoding.ASCII.GetBytes("PROXY " + new string('x', 100)), out _, out _));
        Assert.Equal(Parsed.Wrong, ProxyHeader.TryRead(Encoding.ASCII.GetBytes("PROXY " + new string('x', 101)), out _, out _));
        byte[] octets = Written(ProxyVersion.V2, Client4, Local4);
        (octets[14], octets[15]) = (0xff, 0xff);
        Assert.Equal(Parsed.Wrong, ProxyHeader.TryRead(octets, out _, out _));
    }

    [Fact]
    public void Random_octets_and_random_damage_never_throw()
    {
        var random = new Random(20_261_129);
        byte[][] good = [Written(ProxyVersion.V1, Client4, Local4), Written(ProxyVersion.V1, Client6, Local6), Written(ProxyVersion.V2, Client4, Local4), Written(ProxyVersion.V2, Client6, Local6)];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] octets = [.. good[random.Next(good.Length)]];
            for (int damage = random.Next(5); damage > 0; damage--) octets[random.Next(octets.Length)] = (byte)random.Next(256);
            octets = octets[..random.Next(octets.Length + 1)];
            Parsed state = ProxyHeader.TryRead(octets, out ProxyHeader header, out int length);
            if (state == Parsed.Whole) Assert.InRange(length, 8, octets.Length);
            else Assert.Null(header.Source);
        }
    }

    private static byte[] Written(ProxyVersion version, IPEndPoint client, IPEndPoint local, ProtocolType protocol = ProtocolType.Tcp)
    {
        byte[] octets = new byte[ProxyHeader.LongestWritten];
        return octets[..ProxyHeader.Write(octets, version, client, local, protocol)];
    }
}

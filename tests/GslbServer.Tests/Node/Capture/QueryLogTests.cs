using System.Text.Json;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Capture;

public sealed class QueryLogTests
{
    private static readonly byte[] Subnet = QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100);

    [Fact]
    public async Task A_line_tells_who_asked_for_what_and_what_the_answer_was()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions { QueryLog = n.PathOf("q.json") });
        await node.AskAsync("www.example.org. A", Subnet);
        await node.AskAsync("nope.example.org. AAAA");
        await node.SendAsync([1, 2, 3]); // no question: not in the log
        await node.AskAsync("ns.example.org. A");

        string[] lines = await CapturingNode.LinesAsync(node.PathOf("q.json"), 3);
        Assert.Equal(3, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        JsonElement www = first.RootElement;
        Assert.Equal(("127.0.0.1", "198.51.100.0/24", "www.example.org.", "A", "udp", "NOERROR", "eu-west.example.org.", 24, 30),
            (www.GetProperty("client").GetString(), www.GetProperty("ecs").GetString(), www.GetProperty("name").GetString(), www.GetProperty("type").GetString(),
            www.GetProperty("transport").GetString(), www.GetProperty("rcode").GetString(), www.GetProperty("region").GetString(), www.GetProperty("scope").GetInt32(), www.GetProperty("ttl").GetInt32()));
        Assert.Equal("A 198.51.100.10", Assert.Single(www.GetProperty("answer").EnumerateArray()).GetString());
        Assert.InRange((DateTimeOffset.UtcNow - www.GetProperty("time").GetDateTimeOffset()).TotalSeconds, -1, 60);
        Assert.Contains("\"rcode\":\"NXDOMAIN\",\"answer\":[]", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("region", lines[2], StringComparison.Ordinal);
        Assert.Contains("gslb_capture_written_total{sink=\"query_log\"} 3", node.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_log_is_one_that_simulate_reads()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions { QueryLog = n.PathOf("q.json") });
        await node.AskAsync("www.example.org. A", Subnet);
        await node.AskAsync("www.example.org. A");

        string[] lines = await CapturingNode.LinesAsync(node.PathOf("q.json"), 2);
        Assert.True(QueryLogLine.TryRead(lines[0], out QueryLogLine subnet));
        Assert.True(QueryLogLine.TryRead(lines[1], out QueryLogLine resolver));
        Assert.Equal(("198.51.100.0/24", "www.example.org."), (subnet.Client.ToString(), subnet.Name));
        Assert.Equal("127.0.0.1/32", resolver.Client.ToString());
    }

    [Fact]
    public async Task A_log_that_was_moved_away_is_followed_by_a_new_one_and_what_is_captured_is_written_at_the_stop()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions { QueryLog = n.PathOf("q.json") });
        await node.AskAsync("www.example.org. A");
        await CapturingNode.LinesAsync(node.PathOf("q.json"), 1);
        File.Move(node.PathOf("q.json"), node.PathOf("q.json.1"));
        await node.AskAsync("ns.example.org. A");
        await node.StopAsync();

        Assert.Single(await CapturingNode.LinesAsync(node.PathOf("q.json.1"), 1));
        Assert.Contains("\"ns.example.org.\"", Assert.Single(await CapturingNode.LinesAsync(node.PathOf("q.json"), 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_counted_and_queries_are_answered()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions { QueryLog = n.PathOf("zones") });
        await node.AskAsync("www.example.org. A");
        for (int i = 0; i < 500 && !node.Metrics().Contains("gslb_capture_dropped_total{at=\"query_log\"} 1\n", StringComparison.Ordinal); i++)
        {
            await Task.Delay(20);
        }

        await node.AskAsync("ns.example.org. A");
        Assert.Contains("gslb_capture_dropped_total{at=\"query_log\"} 1\n", node.Metrics(), StringComparison.Ordinal);
    }
}

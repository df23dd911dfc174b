using System.Diagnostics;
using System.Text;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Capture;

/// <summary>What is written as dnstap is read by tools of others: BIND's dnstap-read, fstrm's fstrm_capture.</summary>
public sealed class DnstapTests
{
    private static readonly byte[] Subnet = QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100);

    [Fact]
    public async Task A_file_is_read_by_dnstap_read()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions { Dnstap = new DnstapTarget(n.PathOf("a.dnstap"), null, null) });
        await node.AskAsync("www.example.org. A", Subnet);
        await node.StopAsync();

        string[] lines = (await CapturingNode.RunAsync("dnstap-read", node.PathOf("a.dnstap"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches(" AQ 127.0.0.1:0 -> [?] UDP [0-9]+b www.example.org/IN/A$", lines[0]);
        Assert.Matches(" AR 127.0.0.1:0 <- [?] UDP [0-9]+b www.example.org/IN/A$", lines[1]);
        string whole = await CapturingNode.RunAsync("dnstap-read", "-y", node.PathOf("a.dnstap"));
        Assert.Contains("identity: node-1", whole, StringComparison.Ordinal);
        Assert.Contains("version: GslbServer", whole, StringComparison.Ordinal);
        Assert.Contains("region=eu-west.example.org.", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(node.PathOf("a.dnstap"))), StringComparison.Ordinal);
        Assert.Contains("query_zone: example.org", whole, StringComparison.Ordinal);
        Assert.Contains("198.51.100.10", whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("tcp")]
    public async Task A_socket_is_read_by_fstrm_capture_which_may_come_later(string kind)
    {
        int port = PrivateRedis.FreePort();
        await using CapturingNode node = await CapturingNode.StartAsync(n => new CaptureOptions
        {
            Dnstap = kind == "unix" ? new DnstapTarget(null, n.PathOf("s"), null) : new DnstapTarget(null, null, new(System.Net.IPAddress.Loopback, port)),
        });
        await node.AskAsync("www.example.org. A");
        string[] where = kind == "unix" ? ["-u", node.PathOf("s")] : ["-a", "127.0.0.1", "-p", $"{port}"];
        using var reader = Process.Start(new ProcessStartInfo("fstrm_capture", ["-t", "protobuf:dnstap.Dnstap", "-w", node.PathOf("out.dnstap"), .. where]) { RedirectStandardError = true })!;
        for (int i = 0; i < 1000 && !node.Metrics().Contains("gslb_capture_written_total{sink=\"dnstap\"} 2", StringComparison.Ordinal); i++)
        {
            await Task.Delay(20);
        }

        await node.StopAsync();
        await CapturingNode.RunAsync("kill", "-INT", $"{reader.Id}");
        await reader.WaitForExitAsync();
        string[] lines = (await CapturingNode.RunAsync("dnstap-read", node.PathOf("out.dnstap"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public async Task A_file_that_was_there_is_kept_beside_the_new_one()
    {
        await using CapturingNode node = await CapturingNode.StartAsync(n =>
        {
            File.WriteAllText(n.PathOf("a.dnstap"), "old");
            return new CaptureOptions { Dnstap = new DnstapTarget(n.PathOf("a.dnstap"), null, null), DnstapSample = 2 };
        });
        for (int i = 0; i < 4; i++)
        {
            await node.AskAsync("www.example.org. A");
        }

        await node.StopAsync();
        Assert.Equal("old", await File.ReadAllTextAsync(node.PathOf("a.dnstap.0")));
        Assert.Equal(4, (await CapturingNode.RunAsync("dnstap-read", node.PathOf("a.dnstap"))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}

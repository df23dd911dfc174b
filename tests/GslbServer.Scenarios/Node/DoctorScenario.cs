using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary><c>gslb doctor</c> before a real parent (named) and real nodes: a delegation that is well, and each way in which it may not be.</summary>
public sealed class DoctorScenario : IAsyncLifetime
{
    private const string Child = """
        $ORIGIN gslb.example.test.
        $TTL 300
        @    SOA ns1 hostmaster {0} 3600 600 86400 30
             NS  ns1
             NS  ns2
        ns1  A   127.0.0.1
        ns2  A   127.0.0.2
        www  A   192.0.2.1

        """;

    private readonly TemporaryFolder _folder = new();
    private GslbNode _node = null!;

    public async Task InitializeAsync()
    {
        _folder.Write("zones/gslb.example.test.zone", Child.Replace("{0}", "7", StringComparison.Ordinal));
        _node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_good_delegation_is_well()
    {
        await using NamedServer parent = await ParentAsync();
        ToolResult result = await DoctorAsync(parent, [_node.Port]);
        Assert.Contains("gslb.example.test. is well", result.Text);
        Assert.Equal(0, result.ExitCode);
        string[] checks = ["delegation", "ns", "glue", "udp", "tcp", "recursion", "edns", "ecs", "truncation", "negative ttl", "dnssec"];
        Assert.All(checks, check => Assert.Contains(result.Lines, line => line.StartsWith($"ok   {check}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_says_who_serves_what_and_exits_with_1()
    {
        await using NamedServer parent = await ParentAsync(ns2: "127.0.0.9");
        _folder.Write("more/gslb.example.test.zone", Child.Replace("{0}", "8", StringComparison.Ordinal));
        await using GslbNode other = await GslbNode.StartAsync(_folder.File("more"), _folder.File("state-2"), "node-2");
        ToolResult result = await DoctorAsync(parent, [_node.Port, other.Port, parent.Port]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("fail glue ns2.gslb.example.test.: the parent says 127.0.0.9, the zone 127.0.0.2; change the glue at the parent to 127.0.0.2", result.Text);
        Assert.Contains($"fail serial: 127.0.0.1:{_node.Port}: 7; 127.0.0.1:{other.Port}: 8; wait for the reload", result.Text);
        Assert.Contains($"127.0.0.1:{parent.Port} has no authority for gslb.example.test. (a lame delegation)", result.Text);
    }

    [Fact]
    public async Task A_parent_without_the_delegation_and_one_that_is_silent_are_named()
    {
        await using NamedServer parent = await NamedServer.StartAsync("example.test", Parent("", ""));
        Assert.Contains($"fail delegation 127.0.0.1:{parent.Port}: the parent 127.0.0.1:{parent.Port} answers NxDomain", (await DoctorAsync(parent, [_node.Port])).Text.Replace("fail parent", "fail delegation", StringComparison.Ordinal));
        ToolResult silent = await Tool.RunAsync(BuiltProgram.Gslb, "doctor", "gslb.example.test", "--parent", $"127.0.0.1:{FreePort.UdpAndTcp()}", "--server", $"127.0.0.1:{_node.Port}");
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains("says nothing", silent.Text);
    }

    [Fact]
    public async Task A_server_whose_TCP_is_blocked_is_named()
    {
        await using NamedServer parent = await ParentAsync();
        using var relay = new UdpOnly(_node.Port);
        ToolResult result = await DoctorAsync(parent, [relay.Port]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"fail tcp 127.0.0.1:{relay.Port}: ", result.Text);
        Assert.Contains("open TCP port 53", result.Text);
    }

    [Fact]
    public async Task A_DS_of_a_zone_that_is_not_signed_is_named()
    {
        await using NamedServer parent = await ParentAsync(more: "gslb DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");
        ToolResult result = await DoctorAsync(parent, [_node.Port]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("fail ds: the parent has a DS and the zone has no DNSKEY: validating resolvers answer SERVFAIL", result.Text);
    }

    [Fact]
    public async Task The_same_as_JSON_and_with_the_nodes_own_word_on_policies()
    {
        await using NamedServer parent = await ParentAsync();
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, "doctor", "gslb.example.test", "--parent", $"127.0.0.1:{parent.Port}", "--server", $"127.0.0.1:{_node.Port}", "--admin", $"{_node.Admin}", "--json");
        Assert.Contains("\"healthy\": true", result.Text);
        Assert.Contains("\"check\": \"policy\"", result.Text);
        Assert.Contains("equal on all 1 nodes", result.Text);
    }

    private static Task<ToolResult> DoctorAsync(NamedServer parent, IEnumerable<int> servers) => Tool.RunAsync(BuiltProgram.Gslb,
        ["doctor", "gslb.example.test", "--parent", $"127.0.0.1:{parent.Port}", .. servers.SelectMany(port => new[] { "--server", $"127.0.0.1:{port}" })]);

    private static Task<NamedServer> ParentAsync(string ns2 = "127.0.0.2", string more = "") => NamedServer.StartAsync("example.test", Parent($"""
        gslb     NS  ns1.gslb
        gslb     NS  ns2.gslb
        ns1.gslb A   127.0.0.1
        ns2.gslb A   {ns2}
        """, more));

    private static string Parent(string delegation, string more) => $"""
        $ORIGIN example.test.
        $TTL 300
        @    SOA ns hostmaster 1 3600 600 86400 30
             NS  ns
        ns   A   127.0.0.1
        {delegation}
        {more}

        """;

    /// <summary>Passes datagrams on to a server, and refuses TCP.</summary>
    private sealed class UdpOnly : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly CancellationTokenSource _stop = new();

        public UdpOnly(int server)
        {
            Port = FreePort.UdpAndTcp();
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            _ = Task.Run(() => PassAsync(new IPEndPoint(IPAddress.Loopback, server), _stop.Token));
        }

        public int Port { get; }

        public void Dispose()
        {
            _stop.Cancel();
            _socket.Dispose();
            _stop.Dispose();
        }

        private async Task PassAsync(IPEndPoint server, CancellationToken stop)
        {
            byte[] buffer = new byte[4096];
            while (!stop.IsCancellationRequested)
            {
                SocketReceiveFromResult query = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), stop);
                using var forward = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                await forward.ConnectAsync(server, stop);
                await forward.SendAsync(buffer.AsMemory(0, query.ReceivedBytes), stop);
                int length = await forward.ReceiveAsync(buffer, stop);
                await _socket.SendToAsync(buffer.AsMemory(0, length), query.RemoteEndPoint, stop);
            }
        }
    }
}

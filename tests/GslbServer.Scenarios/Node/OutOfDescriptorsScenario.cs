using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>More TCP clients than the process may have descriptors: UDP goes on, waiting clients are served as soon as others leave.</summary>
public sealed class OutOfDescriptorsScenario
{
    [Fact]
    public async Task A_node_out_of_descriptors_answers_UDP_and_takes_TCP_again_when_clients_leave()
    {
        if (!OperatingSystem.IsLinux()) return; // prlimit(1)
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        int limit = Directory.EnumerateFileSystemEntries($"/proc/{node.ProcessId}/fd").Count() + 20;
        ToolResult limited = await Tool.RunAsync("prlimit", "--pid", $"{node.ProcessId}", $"--nofile={limit}");
        Assert.True(limited.ExitCode == 0, limited.Text);

        List<Socket> clients = [.. Enumerable.Range(0, 100).Select(_ => Connect(node.Port))];
        try
        {
            await Eventually.TrueAsync(() => Directory.EnumerateFileSystemEntries($"/proc/{node.ProcessId}/fd").Count() >= limit, () => "descriptors are left");
            Assert.Equal("NOERROR", (await node.DigAsync("+notcp ns1.example.org A")).Status);
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }

        await Eventually.TrueAsync(async () => (await node.DigAsync("+tcp +tries=1 +time=2 ns1.example.org A")).Status == "NOERROR", () => "TCP is not answered");
        await Eventually.GetAsync(async () => await node.Http.GetStringAsync("metrics"),
            metrics => metrics.Split('\n').Any(l => l.StartsWith("gslb_dns_tcp_accept_errors_total ", StringComparison.Ordinal) && !l.EndsWith(" 0", StringComparison.Ordinal)));
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port); // the kernel's backlog takes those that the node cannot
        return socket;
    }
}

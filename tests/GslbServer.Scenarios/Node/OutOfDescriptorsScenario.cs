using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>More TCP clients than the process may have descriptors: what the node itself needs is kept for it, UDP goes on, and clients are served as soon as others leave.</summary>
public sealed class OutOfDescriptorsScenario
{
    private const int Clients = 300;

    /// <summary>Above what the node holds, and enough for a quarter (at least 64) to be kept and some clients to be served.</summary>
    private const int Room = 150;

    [Fact]
    public async Task A_node_out_of_descriptors_answers_UDP_reloads_and_takes_TCP_again_when_clients_leave()
    {
        if (!OperatingSystem.IsLinux()) return; // prlimit(1)
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        int limit = DescriptorsOf(node) + Room;
        ToolResult limited = await Tool.RunAsync("prlimit", "--pid", $"{node.ProcessId}", $"--nofile={limit}");
        Assert.True(limited.ExitCode == 0, limited.Text);

        List<Socket> clients = [.. Enumerable.Range(0, Clients).Select(_ => Connect(node.Port))];
        try
        {
            await Eventually.GetAsync(async () => await node.Http.GetStringAsync("metrics"), metrics => Refused(metrics) > Clients - Room);
            Assert.InRange(DescriptorsOf(node), 1, limit - 1);
            Assert.Equal("NOERROR", (await node.DigAsync("+notcp ns1.example.org A")).Status);
            using HttpResponseMessage reload = await node.Http.PostAsync("api/v1/reload", null);
            Assert.True(reload.IsSuccessStatusCode, await reload.Content.ReadAsStringAsync());
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }

        await Eventually.TrueAsync(async () => (await node.DigAsync("+tcp +tries=1 +time=2 ns1.example.org A")).Status == "NOERROR", () => "TCP is not answered");
    }

    private static int DescriptorsOf(GslbNode node) => Directory.EnumerateFileSystemEntries($"/proc/{node.ProcessId}/fd").Count();

    private static long Refused(string metrics) => metrics.Split('\n')
        .Where(line => line.StartsWith("gslb_dns_tcp_refused_connections_total ", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).Single();

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port); // the kernel's backlog takes those that the node cannot
        return socket;
    }
}

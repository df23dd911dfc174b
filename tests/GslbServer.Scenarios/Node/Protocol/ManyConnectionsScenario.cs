using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Scenarios.Node;

/// <summary>Connections that ask once and stay.</summary>
public sealed class ManyConnectionsScenario
{
    private static readonly byte[] Query = [0, 29, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "host"u8, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 1, 0, 1];

    [Fact]
    public async Task Ten_thousand_idle_connections_take_less_than_200_MiB()
    {
        int count = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 10_000 : 1_000;
        Query[1] = (byte)(Query.Length - 2);
        // Room for twice as many keeps the idle time at its full length.
        await using SmallNode small = await SmallNode.StartAsync(more: ["--max-connections", $"{3 * count}"]);
        var open = new List<Socket>();
        byte[] answer = new byte[512];
        try
        {
            for (int i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                open.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, small.Node.Port);
                await socket.SendAsync(Query);
                Assert.True(await socket.ReceiveAsync(answer) > 12);
            }

            Assert.Equal(count, await small.MetricAsync("gslb_dns_tcp_open_connections"));
            Assert.InRange(ResidentMebibytes(small.Node.ProcessId), 1, 200);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    private static int ResidentMebibytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}

using System.Net;
using System.Net.Sockets;

namespace GslbServer.Scenarios.Harness;

/// <summary>The network itself: what kernels see on it.</summary>
public sealed class PathNetworkTests
{
    private const int TcpProtocol = 6, TcpInfo = 11, RetransmissionsAt = 100, MinRoundTripAt = 148, InfoLength = 152;

    [Fact]
    public async Task Kernels_see_the_length_of_the_path_and_a_lost_packet()
    {
        await using var network = new PathNetwork();
        PathHost server = await network.AddAsync("server", "192.0.2.1"), client = await network.AddAsync("client", "198.51.100.7", "203.0.113.7");
        network.SetRoundTrip("198.51.100.7", "192.0.2.1", 40);
        network.SetRoundTrip("203.0.113.7", "192.0.2.1", 120);
        await using RunningProgram listener = server.Start("python3", "-c",
            "import socket\ns=socket.create_server(('192.0.2.1',7000))\nprint('ready',flush=True)\nk=[]\nwhile True: k.append(s.accept())");
        await listener.WaitForLineAsync("ready");

        (double near, _) = await RoundTripAsync(client, "198.51.100.7");
        (double far, uint none) = await RoundTripAsync(client, "203.0.113.7");
        // Never shorter than the path; how much longer the machine decides.
        Assert.InRange(near, 40, 119);
        Assert.InRange(far, 120, 400);
        Assert.Equal(0u, none);

        network.Lose("198.51.100.7", "192.0.2.1", 1);
        (_, uint again) = await RoundTripAsync(client, "198.51.100.7");
        Assert.Equal(1u, again);
    }

    private static async Task<(double Milliseconds, uint Retransmissions)> RoundTripAsync(PathHost client, string from)
    {
        using Socket socket = await client.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7000), IPAddress.Parse(from));
        byte[] info = new byte[InfoLength];
        socket.GetRawSocketOption(TcpProtocol, TcpInfo, info);
        return (BitConverter.ToUInt32(info, MinRoundTripAt) / 1000.0, BitConverter.ToUInt32(info, RetransmissionsAt));
    }
}

using System.Net;
using System.Net.Sockets;

namespace GslbServer.Tests.Latency;

public sealed class KernelRoundTripTests
{
    [Fact]
    public async Task Kernel_tells_the_round_trip_of_a_connection_and_nothing_of_a_closed_one()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        Socket accepted = await listener.AcceptAsync();
        Assert.True(KernelRoundTrip.Read(accepted) is > 0 and < 5_000 || !OperatingSystem.IsLinux());
        accepted.Dispose();
        Assert.Null(KernelRoundTrip.Read(accepted));
        Assert.Null(KernelRoundTrip.Read(listener));
    }
}

using System.Net;
using System.Net.Sockets;
using GslbServer.Probing;
using GslbServer.Steering;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Tests.Probing;

/// <summary>One real probe of a server on loopback, with the deadline and the texts of the schedule.</summary>
internal static class Asking
{
    /// <summary>For probes that are expected to end by themselves, however busy the machine.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public static async Task<ProbeResult> AskAsync(Check check, TimeSpan? timeout = null, string? execDirectory = null) =>
        (await RunAsync(check, IPAddress.Loopback, null, null, timeout, execDirectory)).Result;

    public static Task<ProbeRunner.Run> RunAsync(Check check, IPAddress? address, string? host, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeSpan? timeout = null, string? execDirectory = null)
    {
        TimeProvider time = TimeProvider.System;
        var runner = new ProbeRunner(ProbeKinds.All(execDirectory), new HostAddresses(time, resolve ?? ((_, _) => throw new SocketException((int)SocketError.HostNotFound))), time);
        return runner.RunAsync(new(new Monitor("m", 0, 0, address, host), check, "eu-west"), timeout ?? Long, default);
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

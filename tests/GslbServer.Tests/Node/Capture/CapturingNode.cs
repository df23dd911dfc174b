using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GslbServer.Tests.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Capture;

/// <summary>A real node that writes down its queries.</summary>
internal sealed class CapturingNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-capture-");
    private Node _node = null!;

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public static async Task<CapturingNode> StartAsync(Func<CapturingNode, CaptureOptions> capture)
    {
        var started = new CapturingNode();
        string zones = Directory.CreateDirectory(started.PathOf("zones")).FullName;
        await File.WriteAllTextAsync(Path.Combine(zones, "example.org.zone"), """
            $TTL 300
            @        SOA    ns hostmaster 7 3600 600 86400 30
                     NS     ns
            ns       A      192.0.2.53
            us-east  REGION 39.04 -77.49
                     A      192.0.2.10
            eu-west  REGION 53.35 -6.26
                     A      198.51.100.10
            www   30 STEER  geo us-east eu-west map=198.51.100.0/24:eu-west

            """);
        started._node = await Node.StartAsync(new NodeOptions
        {
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Zones = zones,
            StateDirectory = started.PathOf("state"),
            Node = "node-1",
            Threads = 1,
            Capture = capture(started),
        }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return started;
    }

    /// <summary>Asks over UDP and waits for the answer.</summary>
    public async Task AskAsync(string question, byte[]? options = null)
    {
        using var socket = new UdpClient();
        socket.Connect(_node.EndPoints[0]);
        await socket.SendAsync(new QueryMessage(question) { Opt = options is null ? null : new QueryMessage.Edns { Options = options } }.ToWire());
        await socket.ReceiveAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
    }

    /// <summary>What answers queries that get none.</summary>
    public async Task SendAsync(byte[] octets)
    {
        using var socket = new UdpClient();
        socket.Connect(_node.EndPoints[0]);
        await socket.SendAsync(octets);
    }

    public string Metrics() => PrometheusText.Write(NodeMetrics.Read(_node, TimeProvider.System));

    /// <summary>Lines of a file, once there are so many.</summary>
    public static async Task<string[]> LinesAsync(string path, int count)
    {
        string[] lines = [];
        for (int i = 0; i < 1000; i++)
        {
            lines = File.Exists(path) ? (await File.ReadAllTextAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
            if (lines.Length >= count)
            {
                return lines;
            }

            await Task.Delay(20);
        }

        return lines;
    }

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
        return output;
    }

    public Task StopAsync() => _node.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

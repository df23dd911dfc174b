using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Faults;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What open WebSockets cost.</summary>
public sealed class IdleWebSocketTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Goal = 10_000, AtOnce = 50;

    /// <summary>Measured 275, of which 84 stand without any; most of the rest is Kestrel's connections.</summary>
    private const double MostMebibytes = 300;

    [LongFact]
    public async Task Ten_thousand_idle_WebSockets_fit_in_300_MiB()
    {
        using var server = new TcpListener(IPAddress.Loopback, FreePort.Tcp());
        server.Start(1024);
        _ = SwitchAllAsync(server);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync($$"""
            {
              "ReverseProxy": { "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "HttpRequest": { "ActivityTimeout": "01:00:00" }, "Destinations": { "one": { "Address": "http://{{server.LocalEndpoint}}" } } } } },
              "Balancer": { "DrainWait": 0 }
            }
            """);
        List<Socket> clients = [];
        // Each takes two descriptors, here and there, and the balancer keeps a quarter of its own. What a small limit does not let in is reckoned from the others.
        int count = Math.Min(Goal, ((Limit(balancer.Process.Id) * 3 / 4) - 500) / 2 / AtOnce * AtOnce);
        double before = Resident(balancer.Process.Id);
        // The addresses differ so that ports of one do not run out.
        for (int opened = 0; opened < count; opened += AtOnce)
        {
            clients.AddRange(await Task.WhenAll(Enumerable.Range(opened, AtOnce).Select(i => OpenAsync(balancer.Port, IPAddress.Parse($"127.0.1.{1 + (i % 4)}")))));
        }

        double after = Resident(balancer.Process.Id), goal = before + ((after - before) * Goal / count);
        output.WriteLine($"{count} WebSockets: {after:0} MiB resident ({before:0} without); {Goal}: {goal:0} MiB");
        Assert.InRange(goal, before, MostMebibytes);
        Assert.Equal(count, await balancer.MetricAsync("gslb_balancer_requests_in_flight{cluster=\"web\",destination=\"one\"}"));
        foreach (Socket client in clients) client.Dispose();
    }

    private static async Task<Socket> OpenAsync(int port, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
        byte[] answer = new byte[1000];
        int read = await socket.ReceiveAsync(answer);
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(answer, 0, read));
        return socket;
    }

    private static async Task SwitchAllAsync(TcpListener server)
    {
        List<Socket> open = [];
        try
        {
            while (true)
            {
                Socket socket = await server.AcceptSocketAsync();
                open.Add(socket);
                _ = SwitchAsync(socket);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            foreach (Socket socket in open) socket.Dispose();
        }
    }

    private static async Task SwitchAsync(Socket socket)
    {
        byte[] head = new byte[2000];
        _ = await socket.ReceiveAsync(head);
        // The answer to the key that every client here sends (RFC 6455 section 1.3).
        await socket.SendAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"u8.ToArray());
    }

    /// <summary>Mebibytes.</summary>
    private static double Resident(int process) => double.Parse(Field($"/proc/{process}/status", "VmRSS:"), CultureInfo.InvariantCulture) / 1024;

    private static int Limit(int process) => int.Parse(Field($"/proc/{process}/limits", "Max open files"), CultureInfo.InvariantCulture);

    private static string Field(string file, string name) =>
        File.ReadLines(file).Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0];
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class L4Tests
{
    private const string Checked = "\"Check\": { \"Interval\": \"100ms\", \"Timeout\": \"2s\" }";

    [Fact]
    public async Task TCP_goes_both_ways_each_with_its_own_end_and_the_balancer_is_healthy_without_HTTP()
    {
        await using TcpBackend one = TcpBackend.Start("one");
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "db": { "Listen": "127.0.0.1:{{port}}", {{Checked}}, "Destinations": { {{one.Setting}} } }
            """));
        await balancer.WaitForAdminAsync("/healthz", 200);
        await balancer.WaitForAdminAsync("/readyz", 200);

        using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
        Assert.Equal("one", await client.LineAsync());
        byte[] much = new byte[5_000_000];
        Array.Fill(much, (byte)'x');
        Task<string> rest = client.RestAsync();
        for (int sent = 0; sent < much.Length;) sent += await client.Socket.SendAsync(much.AsMemory(sent));
        client.Socket.Shutdown(SocketShutdown.Send);
        string heard = await rest;
        Assert.Equal(much.Length, heard.Count(c => c == 'x'));
        Assert.EndsWith($"end of {much.Length}\n", heard);
        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_l4_connections_active{pool=\"L4:db\",destination=\"one\"}") == 0, () => "still active");
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_l4_connections_total{pool=\"L4:db\",destination=\"one\"}"));
        Assert.Equal(much.Length, await balancer.MetricAsync("gslb_balancer_l4_sent_bytes_total{pool=\"L4:db\",destination=\"one\"}"));

        // A destination that breaks off is a reset to the client, and one that is gone is honest bad news.
        using TcpClientOf second = await TcpClientOf.ConnectAsync(port);
        Assert.Equal("one", await second.LineAsync());
        one.Kill();
        Assert.Equal("reset", await second.LineAsync());
        Assert.Contains("L4:db: 0 of 1 destinations live", await balancer.WaitForAdminAsync("/healthz", 503));
    }

    [Fact]
    public async Task A_dead_destination_costs_no_client_and_the_fewest_connections_are_filled_first()
    {
        await using TcpBackend one = TcpBackend.Start("one"), two = TcpBackend.Start("two"), dead = TcpBackend.Start("dead");
        dead.Kill();
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "db": { "Listen": "127.0.0.1:{{port}}", "Check": { "Enabled": false }, "ConnectTimeout": "30s", "Destinations": { {{one.Setting}}, {{two.Setting}}, {{dead.Setting}} } }
            """));

        List<TcpClientOf> clients = [];
        List<string> names = [];
        for (int i = 0; i < 12; i++)
        {
            clients.Add(await TcpClientOf.ConnectAsync(port));
            names.Add(await clients[^1].LineAsync());
        }

        Assert.Equal((6, 6), (names.Count(name => name == "one"), names.Count(name => name == "two")));
        // Three in a row ejected it; from then on it was not even tried.
        Assert.Equal(3, await balancer.MetricAsync("gslb_balancer_l4_connect_failures_total{pool=\"L4:db\",destination=\"dead\"}"));
        await balancer.Process.WaitForLineAsync("L4:db/dead: ejected");
        foreach (TcpClientOf client in clients) client.Dispose();
    }

    [Fact]
    public async Task TLS_is_passed_on_by_name_without_being_decrypted()
    {
        using var certificates = new TestCertificates();
        using TlsServer a = TlsServer.Start(certificates.Write("a", "a", "a.example.org")), b = TlsServer.Start(certificates.Write("b", "b", "*.example.org"));
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "tls": { "Listen": "127.0.0.1:{{port}}", "HelloTimeout": "1s", "Sni": {
              "a": { "Names": [ "a.example.org" ], "Destinations": { "one": { "Address": "127.0.0.1:{{a.Port}}" } } },
              "b": { "Names": [ "*.example.org" ], "Destinations": { "one": { "Address": "localhost:{{b.Port}}" } } } } }
            """));
        await balancer.WaitForAdminAsync("/readyz", 200);

        Assert.Equal("CN=a", await SubjectAsync(port, "a.example.org"));
        Assert.Equal("CN=b", await SubjectAsync(port, "b.example.org"));
        await Assert.ThrowsAnyAsync<Exception>(() => SubjectAsync(port, "a.example.net"));
        // Nobody may hold a connection open without saying who is wanted, and what is no TLS goes nowhere.
        using TcpClientOf slow = await TcpClientOf.ConnectAsync(port), other = await TcpClientOf.ConnectAsync(port);
        await slow.SendAsync("\x16\x03\x01");
        await other.SendAsync("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal(("reset", "reset"), (await slow.LineAsync(), await other.LineAsync()));
        foreach (string reason in new[] { "slow", "client_hello", "server_name" })
        {
            Assert.Equal(1, await balancer.MetricAsync($"gslb_balancer_l4_refused_total{{listener=\"tls\",reason=\"{reason}\"}}"));
        }
    }

    [Fact]
    public async Task Who_the_client_is_goes_from_balancer_to_balancer_to_destinations_of_every_kind()
    {
        await using TcpBackend one = TcpBackend.Start("one");
        await using Backend web = await Backend.StartAsync("web");
        int outer = FreePort.Tcp(), inner = FreePort.Tcp(), outerWeb = FreePort.Tcp(), untrusting = FreePort.Tcp();
        int http = FreePort.Tcp();
        string l4 = $$"""
            "outer": { "Listen": "127.0.0.1:{{outer}}", "ProxyProtocol": { "Send": "V2" }, "Destinations": { "inner": { "Address": "127.0.0.1:{{inner}}" } }, "Check": { "Enabled": false } },
            "inner": { "Listen": "127.0.0.1:{{inner}}", "ProxyProtocol": { "AcceptFrom": "127.0.0.0/8", "Send": "V1" }, "Destinations": { {{one.Setting}} } },
            "web": { "Listen": "127.0.0.1:{{outerWeb}}", "ProxyProtocol": { "AcceptFrom": "127.0.0.0/8", "Send": "V2" }, "Destinations": { "http": { "Address": "127.0.0.1:{{http}}" } }, "Check": { "Enabled": false } },
            "untrusting": { "Listen": "127.0.0.1:{{untrusting}}", "ProxyProtocol": { "AcceptFrom": "192.0.2.0/24" }, "Destinations": { {{one.Setting}} } }
            """;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([web], "\"HealthCheck\": {}",
            $$""" "DrainWait": 0, "ProxyProtocol": { "Ports": [ {{http}} ], "AcceptFrom": "127.0.0.1" }, "L4": { {{l4}} } """,
            $$""" "Kestrel": { "Endpoints": { "http": { "Url": "http://127.0.0.1:{{http}}" } } } """));

        using TcpClientOf client = await TcpClientOf.ConnectAsync(outer);
        Assert.Equal("one", await client.LineAsync());
        await client.SendAsync("hello\n");
        await Eventually.TrueAsync(() => one.HeardText(0).Contains("hello"), () => "nothing heard");
        Assert.Equal($"PROXY TCP4 127.0.0.1 127.0.0.1 {client.Local.Port} {outer}\r\nhello\n", one.HeardText(0));

        using TcpClientOf browser = await TcpClientOf.ConnectAsync(outerWeb);
        await browser.SendAsync("PROXY TCP4 192.0.2.77 198.51.100.1 4711 80\r\nGET /headers HTTP/1.1\r\nHost: a.example.org\r\nConnection: close\r\n\r\n");
        Assert.Contains("X-Forwarded-For: 192.0.2.77", await browser.RestAsync());

        // Without a header, with a bad one, or from elsewhere: nowhere.
        using TcpClientOf bare = await TcpClientOf.ConnectAsync(http), bad = await TcpClientOf.ConnectAsync(inner), stranger = await TcpClientOf.ConnectAsync(untrusting);
        await bare.SendAsync("GET /headers HTTP/1.1\r\nHost: a.example.org\r\nConnection: close\r\n\r\n");
        await bad.SendAsync("PROXY NONSENSE\r\n");
        Assert.DoesNotContain("X-Forwarded-For", await bare.RestAsync());
        Assert.Equal(("reset", "reset"), (await bad.LineAsync(), await stranger.LineAsync()));
    }

    [Fact]
    public async Task A_reload_moves_listeners_and_destinations_and_breaks_no_connection()
    {
        await using TcpBackend one = TcpBackend.Start("one"), two = TcpBackend.Start("two");
        int port = FreePort.Tcp(), added = FreePort.Tcp(), taken = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "db": { "Listen": "127.0.0.1:{{port}}", {{Checked}}, "Destinations": { {{one.Setting}} } }
            """));
        using TcpClientOf old = await TcpClientOf.ConnectAsync(port);
        Assert.Equal("one", await old.LineAsync());

        balancer.Write(Settings($$"""
            "db": { "Listen": [ "127.0.0.1:{{port}}", "127.0.0.1:{{added}}" ], {{Checked}}, "Destinations": { {{two.Setting}} } }
            """));
        await balancer.Process.WaitForLineAsync($"passing on what comes to 127.0.0.1:{added}/tcp");
        using (TcpClientOf fresh = await TcpClientOf.ConnectAsync(port)) Assert.Equal("two", await fresh.LineAsync());
        using (TcpClientOf fresh = await TcpClientOf.ConnectAsync(added)) Assert.Equal("two", await fresh.LineAsync());
        await old.SendAsync("still here\n");
        Assert.Equal("still here", await old.LineAsync());

        // What cannot be opened refuses the whole.
        using var squatter = new TcpListener(IPAddress.Loopback, taken);
        squatter.Start();
        balancer.Write(Settings($$"""
            "other": { "Listen": [ "127.0.0.1:{{port}}", "127.0.0.1:{{taken}}" ], {{Checked}}, "Destinations": { {{one.Setting}} } }
            """));
        await balancer.Process.WaitForLineAsync($"Balancer:L4:other:Listen: cannot listen on 127.0.0.1:{taken}");
        using (TcpClientOf fresh = await TcpClientOf.ConnectAsync(port)) Assert.Equal("two", await fresh.LineAsync());

        balancer.Write(Settings($$"""
            "other": { "Listen": "127.0.0.1:{{added}}", {{Checked}}, "Destinations": { {{one.Setting}} } }
            """));
        await Eventually.TrueAsync(async () =>
        {
            using TcpClientOf fresh = await TcpClientOf.ConnectAsync(added);
            return await fresh.LineAsync() == "one";
        }, () => "the listener has not changed hands");
        await RefusedAsync(port);
        await old.SendAsync("and still\n");
        Assert.Equal("and still", await old.LineAsync());
    }

    [Fact]
    public async Task SIGTERM_lets_connections_end_and_breaks_off_at_the_limit()
    {
        await using TcpBackend one = TcpBackend.Start("one");
        int port = FreePort.Tcp();
        string l4 = $$""" "db": { "Listen": "127.0.0.1:{{port}}", "Destinations": { {{one.Setting}} } } """;
        await using (BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(l4, "\"DrainWait\": 0, \"DrainLimit\": \"10m\"")))
        {
            using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
            Assert.Equal("one", await client.LineAsync());
            balancer.Process.Send(Signal.Term);
            await balancer.Process.WaitForLineAsync("draining");
            await RefusedAsync(port);
            await client.SendAsync("still here\n");
            Assert.Equal("still here", await client.LineAsync());
            client.Socket.Shutdown(SocketShutdown.Send);
            Assert.StartsWith("end of", await client.LineAsync());
            Assert.Equal(0, await balancer.Process.WaitForExitAsync());
            await balancer.Process.WaitForLineAsync("nothing was left in flight");
        }

        await using (BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(l4, "\"DrainWait\": 0, \"DrainLimit\": \"300ms\"")))
        {
            using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
            Assert.Equal("one", await client.LineAsync());
            balancer.Process.Send(Signal.Term);
            Assert.Equal("reset", await client.LineAsync());
            Assert.Equal(0, await balancer.Process.WaitForExitAsync());
            await balancer.Process.WaitForLineAsync("1 connections below HTTP broken off");
        }
    }

    [Fact]
    public async Task Clients_cannot_take_the_last_descriptors()
    {
        await using TcpBackend one = TcpBackend.Start("one");
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$""" "db": { "Listen": "127.0.0.1:{{port}}", {{Checked}}, "Destinations": { {{one.Setting}} } } """), descriptors: 500);

        List<TcpClientOf> clients = [];
        for (int i = 0; i < 400; i++)
        {
            try
            {
                clients.Add(await TcpClientOf.ConnectAsync(port));
            }
            catch (SocketException)
            {
                // It was closed before the client knew that it was open.
            }
        }

        int served = 0;
        foreach (TcpClientOf client in clients)
        {
            if (await client.LineAsync() == "one") served++;
        }

        Assert.InRange(served, 20, 190);
        Assert.True(await balancer.MetricAsync("gslb_balancer_l4_refused_total{listener=\"db\",reason=\"full\"}") > 100);
        // HTTP keeps them too: the public listener closes what it may not keep (a few that checks and files have given back it may), and the admin listener answers.
        string answer;
        do
        {
            TcpClientOf client = await TcpClientOf.ConnectAsync(balancer.Port);
            clients.Add(client);
            try
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                answer = await client.LineAsync();
            }
            catch (SocketException)
            {
                answer = "reset";
            }
        }
        while (answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && clients.Count < 450);
        Assert.Contains(answer, new[] { "", "reset" });
        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);
        foreach (TcpClientOf client in clients) client.Dispose();
        Assert.Equal("one", await Eventually.GetAsync(async () =>
        {
            try
            {
                using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
                return await client.LineAsync();
            }
            catch (SocketException)
            {
                return "reset";
            }
        }, name => name == "one"));
    }

    private static string Settings(string l4, string balancer = "\"DrainWait\": 0") => $$"""
        { "Balancer": { {{balancer}}, "L4": { {{l4}} } } }
        """;

    private static Task RefusedAsync(int port) => Eventually.TrueAsync(async () =>
    {
        try
        {
            using TcpClientOf late = await TcpClientOf.ConnectAsync(port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }, () => "new connections are still taken");

    private static async Task<string> SubjectAsync(int port, string name)
    {
        using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
        using var tls = new SslStream(new NetworkStream(client.Socket), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(name);
        return tls.RemoteCertificate!.Subject;
    }
}

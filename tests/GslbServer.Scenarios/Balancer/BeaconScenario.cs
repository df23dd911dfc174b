using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A real browser that visits one region, times the others, and shows which resolver it uses.</summary>
public sealed class BeaconScenario
{
    private const string Store = "192.0.2.250", Eu = "192.0.2.1", Na = "192.0.2.2", Client = "198.51.100.7";

    [Fact]
    public async Task A_browser_tells_how_far_the_other_region_is_and_which_resolver_it_uses()
    {
        await using var network = new PathNetwork();
        PathHost store = await network.AddAsync("store", Store), client = await network.AddAsync("client", Client);
        network.SetRoundTrip(Client, Eu, 20);
        network.SetRoundTrip(Client, Na, 90);
        await using RunningProgram redis = store.Start("redis-server", "--bind", Store, "--protected-mode", "no", "--save", "", "--appendonly", "no");
        await redis.WaitForLineAsync("Ready to accept connections");
        // Where one-time names lead: it says what name was asked for, which is what a DNS node sees.
        await using RunningProgram names = store.Start("python3", "-u", "-c", """
            from http.server import BaseHTTPRequestHandler
            from socketserver import ThreadingTCPServer
            class Names(BaseHTTPRequestHandler):
                def do_GET(self):
                    print('asked', self.headers['Host'].split('.')[0], self.path)
                    self.send_response(204); self.send_header('Access-Control-Allow-Origin', '*'); self.end_headers()
            server = ThreadingTCPServer(('192.0.2.250', 80), Names); print('ready'); server.serve_forever()
            """);
        await names.WaitForLineAsync("ready");
        const string Beacon = $$"""
            "Latency": { "Epoch": "1s" },
            "Beacon": { "Enabled": true, "Share": 1, "Link": "http://*.b.example.org",
              "Targets": [ { "Region": "na", "Origin": "http://{{Na}}:8080" }, { "Region": "eu", "Origin": "http://{{Eu}}:8080" } ] }
            """;
        await using BalancerOnPath eu = await BalancerOnPath.StartAsync(await network.AddAsync("eu", Eu), "eu", $"{Store}:6379", Beacon);
        await using BalancerOnPath na = await BalancerOnPath.StartAsync(await network.AddAsync("na", Na), "na", $"{Store}:6379", Beacon);

        using var profile = new TemporaryFolder();
        await using RunningProgram browser = client.Start("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0",
            "--disable-background-networking", $"--user-data-dir={profile.Path}", $"--host-resolver-rules=MAP *.b.example.org {Store}", eu.Url);

        await Eventually.TrueAsync(() => names.Output.Find("asked ") is not null, () => $"no one-time name was asked for:\n{browser.Output}\n{eu.Process.Output}\n{eu.Backend}");
        string[] words = names.Output.Find("asked ")!.Split(' ');
        Assert.Equal("/.well-known/gslb/p", words[2]);
        ToolResult noted = await store.RunAsync("redis-cli", "-h", Store, "HSET", $"gslb:assoc:{words[1]}", "resolver", "203.0.113.53", "client", "");
        Assert.Equal("2", noted.Text);

        PublishedTable? table = null;
        await Eventually.TrueAsync(async () => (table = await PublishedTable.NewestAsync(() => store.ConnectAsync(new IPEndPoint(IPAddress.Parse(Store), 6379)), "balancer-eu"))
            is { Rows.Length: 2, Links.Length: 1 }, () => $"{table}\n{eu.Process.Output}\n{browser.Output}");
        Assert.Equal(["eu", "na"], table!.Regions);
        PublishedRow other = Assert.Single(table.Rows, row => row.Region == "na");
        Assert.Equal(("198.51.100.0/24", 2, 1), (other.Prefix, other.Source, other.Samples));
        // A path of 90 ms, the histogram's step, and a browser on a busy machine.
        Assert.InRange(other.Median, 84, 400);
        Assert.Equal(new PublishedLink("203.0.113.0/24", "198.51.100.0/24", 1), Assert.Single(table.Links));
        Assert.Equal(1, await eu.MetricAsync("gslb_balancer_beacon_reports_total{verdict=\"taken\"}"));
        Assert.Equal(1, await eu.MetricAsync("gslb_balancer_beacon_links_total{result=\"linked\"}"));
        // The region that was timed saw the client's connection too.
        await Eventually.TrueAsync(async () => await na.SamplesAsync("counted") >= 1, () => "the other region counted nothing", TimeSpan.FromSeconds(90));
    }
}

using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Two regions' balancers, real connections over paths of known length, and what they tell of them.</summary>
public sealed class RoundTripScenario : IAsyncLifetime
{
    private const string Store = "192.0.2.250", Eu = "192.0.2.1", Na = "192.0.2.2";

    /// <summary>The histogram's steps are 14 % wide; a machine that is busy with other things adds to a path, and nothing takes from it.</summary>
    private const double StepWidth = 0.93;

    private readonly PathNetwork _network = new();
    private PathHost _store = null!, _clients = null!;
    private RunningProgram _redis = null!;

    public async Task InitializeAsync()
    {
        _store = await _network.AddAsync("store", Store);
        _clients = await _network.AddAsync("clients", "198.51.100.7", "203.0.113.7", "10.1.2.3");
        _redis = _store.Start("redis-server", "--bind", Store, "--protected-mode", "no", "--save", "", "--appendonly", "no");
        await _redis.WaitForLineAsync("Ready to accept connections");
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Each_region_tells_the_true_length_of_the_way_to_each_client_once_per_connection()
    {
        await using BalancerOnPath eu = await StartAsync("eu", Eu), na = await StartAsync("na", Na);
        (string Client, string Region, double Ms)[] paths = [("198.51.100.7", Eu, 20), ("198.51.100.7", Na, 90), ("203.0.113.7", Eu, 150), ("203.0.113.7", Na, 30)];
        foreach ((string client, string region, double ms) in paths) _network.SetRoundTrip(client, region, ms);

        const int connections = 5;
        for (int i = 0; i < connections; i++)
        {
            foreach (string client in new[] { "198.51.100.7", "203.0.113.7" }) await Task.WhenAll(eu.VisitAsync(_clients, client), na.VisitAsync(_clients, client));
        }

        foreach ((string client, string region, double ms) in paths)
        {
            string label = region == Eu ? "eu" : "na";
            PublishedRow row = await RowAsync(label, client[..^1] + "0/24", enough: connections);
            Assert.Equal((label, 3, connections), (row.Region, row.Source, row.Samples));
            Assert.InRange(row.Median, ms * StepWidth, (ms * 1.3) + 50);
        }

        Assert.Equal(2 * connections, await eu.SamplesAsync("counted"));
        Assert.Equal(1, await eu.MetricAsync($"gslb_balancer_store_reachable{{store=\"redis {Store}:6379\"}}"));
    }

    [Fact]
    public async Task What_says_nothing_of_a_path_is_not_counted()
    {
        await using BalancerOnPath eu = await StartAsync("eu", Eu);
        _network.SetRoundTrip("198.51.100.7", Eu, 10);
        // The balancer's half of the handshake is lost once: which copy was answered is not known.
        _network.Lose(Eu, "198.51.100.7", 1);
        await eu.VisitAsync(_clients, "198.51.100.7");
        await Eventually.TrueAsync(async () => await eu.SamplesAsync("retransmitted") == 1, () => $"no retransmission seen:\n{eu.Process.Output}");

        await eu.VisitAsync(_clients, "10.1.2.3");
        await Eventually.TrueAsync(async () => await eu.SamplesAsync("private_network") == 1, () => "no private client seen");

        // A check that only connects, and the checks of the DNS layer.
        using (Socket check = await _clients.ConnectAsync(new IPEndPoint(IPAddress.Parse(Eu), BalancerOnPath.Port), IPAddress.Parse("203.0.113.7"))) check.Shutdown(SocketShutdown.Both);
        using (HttpClient http = _clients.HttpClient(IPAddress.Parse("203.0.113.7"))) await http.GetStringAsync(new Uri(eu.Url + "healthz"));

        await eu.VisitAsync(_clients, "198.51.100.7");
        PublishedRow row = await RowAsync("eu", "198.51.100.0/24", enough: 1);
        Assert.Equal(1, row.Samples);
        Assert.Equal(1, await eu.SamplesAsync("counted"));
        Assert.Single((await TableAsync("eu"))!.Rows);
    }

    [Fact]
    public async Task A_listener_behind_another_proxy_is_not_measured()
    {
        await using BalancerOnPath eu = await BalancerOnPath.StartAsync(await _network.AddAsync("eu", Eu), "eu", $"{Store}:6379",
            $"\"Latency\": {{ \"Epoch\": \"1s\", \"NotOnPorts\": [ {BalancerOnPath.Port} ] }}");
        await eu.VisitAsync(_clients, "198.51.100.7");
        double told = await eu.MetricAsync("gslb_balancer_latency_tables_published_total");
        await Eventually.TrueAsync(async () => await eu.MetricAsync("gslb_balancer_latency_tables_published_total") >= told + 2, () => "no table");
        Assert.Equal(0, await eu.MetricAsync("gslb_balancer_latency_cells"));
        Assert.Empty((await TableAsync("eu"))!.Rows);
    }

    [Fact]
    public async Task A_browser_that_claims_to_be_nearer_than_its_connection_shows_is_not_believed()
    {
        await using BalancerOnPath eu = await BalancerOnPath.StartAsync(await _network.AddAsync("eu", Eu), "eu", $"{Store}:6379", """
            "Latency": { "Epoch": "1s" }, "Beacon": { "Enabled": true, "Targets": [ { "Region": "na", "Origin": "http://192.0.2.2:8080" } ] }
            """);
        _network.SetRoundTrip("198.51.100.7", Eu, 60);
        Assert.Equal(HttpStatusCode.BadRequest, await ReportAsync(eu, "forged00", "eu", 5));
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(eu, "honest00", "eu", 62));
        // Of the way to another region the connection says nothing.
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(eu, "honest01", "na", 5));
        Assert.Equal(1, await eu.MetricAsync("gslb_balancer_beacon_reports_total{verdict=\"impossible\"}"));
    }

    [Fact]
    public async Task Clients_are_served_while_the_store_is_away_and_all_is_told_when_it_returns()
    {
        await using BalancerOnPath eu = await StartAsync("eu", Eu);
        await Eventually.TrueAsync(async () => await TableAsync("eu") is not null, () => "no table");
        await _redis.DisposeAsync();
        await eu.Process.WaitForLineAsync("Round trips are not exchanged with redis");
        await eu.VisitAsync(_clients, "198.51.100.7");
        await Eventually.TrueAsync(async () => await eu.SamplesAsync("counted") == 1, () => "not counted");

        _redis = _store.Start("redis-server", "--bind", Store, "--protected-mode", "no", "--save", "", "--appendonly", "no");
        await _redis.WaitForLineAsync("Ready to accept connections");
        await RowAsync("eu", "198.51.100.0/24", enough: 1);
        await eu.Process.WaitForLineAsync("Round trips are exchanged with redis");
    }

    private async Task<HttpStatusCode> ReportAsync(BalancerOnPath balancer, string nonce, string region, double ms)
    {
        using HttpClient http = _clients.HttpClient(IPAddress.Parse("198.51.100.7"));
        using var report = new StringContent($$"""{"v":1,"nonce":"{{nonce}}","samples":[{"region":"{{region}}","ms":{{ms}}}]}""");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(balancer.Url + ".well-known/gslb/r"), report);
        return answer.StatusCode;
    }

    private async Task<BalancerOnPath> StartAsync(string region, string address) => await BalancerOnPath.StartAsync(await _network.AddAsync(region, address), region, $"{Store}:6379");

    private Task<PublishedTable?> TableAsync(string region) =>
        PublishedTable.NewestAsync(() => _store.ConnectAsync(new IPEndPoint(IPAddress.Parse(Store), 6379)), "balancer-" + region);

    private async Task<PublishedRow> RowAsync(string region, string prefix, int enough)
    {
        PublishedRow? row = null;
        await Eventually.TrueAsync(async () => (row = (await TableAsync(region))?.Rows.FirstOrDefault(row => row.Prefix == prefix))?.Samples >= enough, () => $"{region}: {prefix}: {row}");
        return row!;
    }
}

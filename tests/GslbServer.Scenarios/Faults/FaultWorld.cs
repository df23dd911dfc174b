using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <summary>Three DNS nodes, three regions, three Redis, each on a machine of its own on one small Internet, and a client that asks all nodes all the time. Started once for the whole
/// matrix; each scenario leaves it as it found it.</summary>
public sealed class FaultWorld : IAsyncLifetime
{
    public const string America = "192.0.2.10", Europe = "198.51.100.10", EuropeToo = "198.51.100.11", Asia = "203.0.113.10";

    /// <summary>Every address that a region has.</summary>
    public static readonly string[] Addresses = [America, Europe, EuropeToo, Asia];

    /// <summary>Where clients in Virginia, Dublin and Mumbai ask from.</summary>
    private static readonly string[] Subnets = ["192.0.2.0", "198.51.100.0", "203.0.113.0"];

    public static readonly IReadOnlyList<Question> Questions =
    [
        .. Subnets.Select(subnet => new Question("www.example.org", subnet)), new Question("eu.example.org", Subnets[1]), new Question("all.example.org", Subnets[0]),
    ];

    private const string Endpoint = """
        import http.server, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.send_header('Content-Length', '3'); self.end_headers(); self.wfile.write(b'ok\n')
            def log_message(self, *_): pass
        print('listening', flush=True)
        http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _all = [];
    private int[] _deathsFrom = [];
    private int _checkNumber;

    private static bool IsLong => Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1";

    public PathNetwork Network { get; } = new();

    public IReadOnlyList<FaultNode> Nodes { get; private set; } = [];

    public IReadOnlyList<FaultRedis> Stores { get; private set; } = [];

    /// <summary>By address: a gslb-balancer with a backend, but for <see cref="EuropeToo"/>, which is a plain HTTP server.</summary>
    public Dictionary<string, Restartable> Endpoints { get; } = [];

    /// <summary>By address of its balancer.</summary>
    public Dictionary<string, Restartable> Backends { get; } = [];

    /// <summary>Of the zone that all nodes have.</summary>
    public int Serial { get; set; } = 2026112101;

    public Digger Digger { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        PathHost client = await AddAsync("client", "198.18.0.7");
        string[] redis = ["198.18.1.1", "198.18.1.2", "198.18.1.3"], dns = ["198.18.2.1", "198.18.2.2", "198.18.2.3"];
        Stores = await Task.WhenAll(redis.Select(async address => await FaultRedis.StartAsync(await AddAsync($"redis {address}", address), _folder)));
        PathHost america = await AddAsync("us-east", America), europe = await AddAsync("eu-west", Europe, EuropeToo), asia = await AddAsync("ap-south", Asia);
        await Task.WhenAll(BalancerAsync(america, "us-east"), BalancerAsync(europe, "eu-west"), BalancerAsync(asia, "ap-south"),
            PlainAsync(Endpoints, EuropeToo, europe, EuropeToo, 8080));
        for (int node = 0; node < dns.Length; node++) WriteZone(node, Serial);
        PathHost[] hosts = [await AddAsync("node-1", dns[0]), await AddAsync("node-2", dns[1]), await AddAsync("node-3", dns[2])];
        Nodes = await Task.WhenAll(hosts.Select((host, number) => FaultNode.StartAsync(number, host, _folder, Path.Combine(BuiltProgram.RepositoryRoot, "geodata", "sample.mmdb"), StoresFor(number))));
        _deathsFrom = EventsNow();
        _all.AddRange([.. Stores, .. Endpoints.Values, .. Backends.Values, .. Nodes]);
        Digger = new Digger(client, [.. dns.Select(address => new IPEndPoint(IPAddress.Parse(address), FaultNode.Port))], Questions);
        _all.Add(Digger);
        await CalmAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable one in Enumerable.Reverse(_all)) await one.DisposeAsync();
        await Network.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Its own first.</summary>
    public IEnumerable<string> StoresFor(int node) => Enumerable.Range(0, Stores.Count).Select(i => Stores[(node + i) % Stores.Count].Configuration);

    /// <summary>Waits until nothing is amiss anywhere: all nodes hear all, all endpoints are up, and all answers are the usual ones.</summary>
    public Task CalmAsync() => Eventually.TrueAsync(async () =>
    {
        foreach (FaultNode node in Nodes)
            if (!await node.IsCalmAsync(Nodes.Count)) return false;
        return UsualAnswers();
    }, () => $"the world is not calm; last answers:\n{string.Join('\n', Latest(0).Values)}\n{string.Join('\n', Nodes.Select(n => n.Process.Process.Output))}", TimeSpan.FromSeconds(120));

    /// <summary>Of each node and question the last answer since this place of the digger's list.</summary>
    public Dictionary<(int Node, Question Question), Dug> Latest(int from)
    {
        var latest = new Dictionary<(int, Question), Dug>();
        foreach (Dug dug in Digger.Since(from))
            if (dug.Rcode is not null) latest[(dug.Node, dug.Question)] = dug;
        return latest;
    }

    /// <summary>Cuts the path between two machines, or heals it.</summary>
    public void Cut(PathHost one, PathHost other, bool there, bool back)
    {
        foreach (IPAddress a in one.Addresses)
        {
            foreach (IPAddress b in other.Addresses)
            {
                Network.SetLoss($"{a}", $"{b}", there ? 100 : 0);
                Network.SetLoss($"{b}", $"{a}", back ? 100 : 0);
            }
        }
    }

    /// <summary>What dies again and again is kept out for minutes (flap damping), which is right and would make each row wait for the one before. So the check gets another Host from time
    /// to time: to the nodes it is another monitor, without a history.</summary>
    public async Task ForgetDeathsAsync()
    {
        // A node may turn twice in one fault, such as when the others come back with what they last saw.
        const int harmless = 2;
        if (Nodes.All(node => node.Events.All.Skip(_deathsFrom[node.Number]).Where(e => e.To == "down").CountBy(e => e.Address).All(deaths => deaths.Value < harmless))) return;
        _checkNumber++;
        Serial++;
        foreach (FaultNode node in Nodes)
        {
            WriteZone(node.Number, Serial);
            node.Process.Process.Send(Signal.Hangup);
        }

        foreach (FaultNode node in Nodes) await FaultRun.StatusAsync(node, status => (long)status["zones"]![0]!["serial"]! == Serial);
        _deathsFrom = EventsNow();
    }

    private int[] EventsNow() => [.. Nodes.Select(node => node.Events.All.Count)];

    public PathHost HostOf(string address) => Network.HostOf(address);

    /// <summary>Replaces the zone of one node atomically.</summary>
    public void WriteZone(int node, int serial, string more = "") => _folder.Write(Path.Combine(FaultNode.ZonesOf(_folder, node), "example.org.zone"), $"""
        $TTL 300
        @        SOA    ns1 hostmaster {serial} 3600 600 86400 30
                 NS     ns1
        ns1      A      198.18.2.1
        us-east  REGION 39.04 -77.49 capacity=100
                 A      {America}
        eu-west  REGION 53.35 -6.26 capacity=100
                 A      {Europe}
                 A      {EuropeToo}
        ap-south REGION 19.08 72.88 capacity=100
                 A      {Asia}
        web      CHECK  http port=8080 path=/healthz host=check-{_checkNumber}.example.org every={(IsLong ? 2 : 1)}s timeout=1s fall=2 rise=2
        www   20 STEER  geo us-east eu-west ap-south check=web ramp=0s
        eu    20 STEER  failover eu-west us-east check=web ramp=0s
        all   20 STEER  multivalue us-east eu-west ap-south check=web ramp=0s
        {more}

        """);

    private bool UsualAnswers()
    {
        var latest = new Dictionary<(int, Question), Dug>();
        foreach (Dug dug in Digger.Since(Math.Max(0, Digger.Count - (Nodes.Count * Questions.Count * 4)))) latest[(dug.Node, dug.Question)] = dug;
        string[] europe = [Europe, EuropeToo];
        return latest.Count == Nodes.Count * Questions.Count && latest.Values.All(dug => dug.Rcode == 0 && dug.Addresses.SequenceEqual(dug.Question switch
        {
            { Name: "all.example.org" } => Addresses,
            { Name: "eu.example.org" } => europe,
            { Subnet: "192.0.2.0" } => [America],
            { Subnet: "198.51.100.0" } => europe,
            _ => [Asia],
        }));
    }

    private Task<PathHost> AddAsync(string name, params string[] addresses) => Network.AddAsync(name, addresses);

    private async Task BalancerAsync(PathHost host, string region)
    {
        await PlainAsync(Backends, $"{host.Address}", host, "127.0.0.1", 8081);
        _folder.Write($"{region}/appsettings.json", $$"""
            {
              "ReverseProxy": {
                "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": {
                  "web": {
                    "HealthCheck": { "Active": { "Enabled": true, "Path": "/healthz", "Interval": "00:00:01", "Timeout": "00:00:01" } },
                    "Destinations": { "one": { "Address": "http://127.0.0.1:8081/" } }
                  }
                }
              },
              "Balancer": { "Name": "{{region}}", "DrainWait": "0s" }
            }
            """);
        string[] stores = [.. Stores.SelectMany(store => new[] { "--redis", store.Configuration })];
        Endpoints[$"{host.Address}"] = await Restartable.StartAsync(() => host.Start(BuiltProgram.Balancer,
            ["--contentRoot", _folder.File(region), "--urls", $"http://{host.Address}:8080", "--region", region, .. stores]), "serving on");
    }

    private static async Task PlainAsync(Dictionary<string, Restartable> into, string key, PathHost host, string address, int port)
    {
        Restartable started = await Restartable.StartAsync(() => host.Start("python3", "-c", Endpoint, address, $"{port}"), "listening");
        lock (into) into[key] = started;
    }
}

/// <summary>All scenarios that share the world, one after the other, and with the machine to themselves; test.sh runs two such worlds beside each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultMatrix : ICollectionFixture<FaultWorld>
{
    public const string Name = "fault matrix";
}

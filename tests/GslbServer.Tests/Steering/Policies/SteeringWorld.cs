using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>A zone, a map of the world and the health of the moment, small enough to read in a test.</summary>
internal sealed class SteeringWorld
{
    private const string Zone = "example.org.";
    private readonly List<ConfigRecord> _records = [];
    private readonly List<OperatorOverride> _overrides = [];
    private readonly Dictionary<string, MonitorHealth> _monitors = [];
    private readonly List<ReleasedOverride> _released = [];
    private Topology? _topology;
    private SteeringPlan? _plan;
    private SteeringTable? _table;

    public static readonly GeoTable Geo = CompileGeo();

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where each network is: Dublin, Frankfurt, New York, San Francisco, Sydney, and one that has a country only.</summary>
    public static readonly Client Dublin = Subnet("198.18.0.0/24");
    public static readonly Client Frankfurt = Subnet("198.18.64.0/24");
    public static readonly Client NewYork = Subnet("198.18.128.0/24");
    public static readonly Client SanFrancisco = Subnet("198.19.0.0/24");
    public static readonly Client Sydney = Subnet("198.19.128.0/24");
    public static readonly Client Nowhere = Subnet("203.0.113.0/24");

    public static readonly Client NoSubnet = default;

    /// <summary>The regions of the zone language's example: us-east, us-west, eu-west, ap-south (two IPv4 addresses), each checked by <c>web</c>.</summary>
    public static SteeringWorld Example() => new SteeringWorld()
        .Region("us-east", "39.04 -77.49", "192.0.2.10", "2001:db8:1::10")
        .Region("us-west", "45.60 -121.18", "192.0.2.20", "2001:db8:2::10")
        .Region("eu-west", "53.35 -6.26", "198.51.100.10", "2001:db8:3::10")
        .Region("ap-south", "-33.86 151.20", "203.0.113.10", "203.0.113.11", "2001:db8:4::10")
        .Check("web", "https path=/healthz host=www.example.org");

    public SteeringWorld Region(string name, string words, params string[] addresses) => Add(ConfigKind.Region, name, words, 300, addresses, null);

    public SteeringWorld CnameRegion(string name, string words, string target) => Add(ConfigKind.Region, name, words, 300, [], target);

    public SteeringWorld Check(string name, string words) => Add(ConfigKind.Check, name, words, 300, [], null);

    public SteeringWorld Steer(string name, string words, uint ttl = 30, params string[] statics) => Add(ConfigKind.Steer, name, words, ttl, statics, null);

    public IReadOnlyList<ConfigRecord> Records => _records;

    public Topology Topology
    {
        get
        {
            if (_topology is null)
            {
                IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(_records, out _topology);
                Assert.Equal([], problems.Where(problem => problem.IsError).Select(problem => problem.Message));
                Assert.NotNull(_topology);
            }

            return _topology;
        }
    }

    public SteeringPlan Plan => _plan ??= SteeringPlan.Compile(Topology, Geo);

    /// <summary>Publishes first, when anything changed.</summary>
    public SteeringTable Table => _table ??= Publish(null);

    public HealthTable Health => new(
        [.. Topology.Monitors.Select(monitor => _monitors.GetValueOrDefault(monitor.Key, new MonitorHealth(Verdict.Up, true, TimeSpan.MinValue, (3, 0, 3))))],
        [.. _overrides.Select(record => new ActiveOverride(record, Share(record), ChangedAt[record.Target], record.Ramp > TimeSpan.Zero))], Now)
    { Released = [.. _released] };

    private Dictionary<string, TimeSpan> ChangedAt { get; } = [];

    public SteeringWorld Advance(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Republish();
    }

    /// <summary>Everything that is probed at this address went down now; at all of a region's with its label.</summary>
    public SteeringWorld Down(params string[] places) => Judge(Verdict.Down, true, places);

    public SteeringWorld Up(params string[] places) => Judge(Verdict.Up, true, places);

    /// <summary>Probes disagree; the verdict is as before.</summary>
    public SteeringWorld Unsettled(string place)
    {
        foreach (GslbServer.Steering.Monitor monitor in Topology.Monitors.Where(monitor => IsAt(monitor, place)))
            _monitors[monitor.Key] = _monitors.GetValueOrDefault(monitor.Key, new MonitorHealth(Verdict.Up, true, TimeSpan.MinValue, (3, 0, 3))) with { Settled = false };
        return Republish();
    }

    public SteeringWorld Override(string target, OverrideState state, int percent = 100, double rampSeconds = 0, bool forced = false, string revision = "1")
    {
        _overrides.RemoveAll(known => known.Target == target);
        _overrides.Add(new OperatorOverride(target, state, percent, "kernel update", "alice", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(rampSeconds), null, null, forced, revision));
        ChangedAt[target] = Now;
        return Republish();
    }

    public SteeringWorld Undrain(string target)
    {
        _overrides.RemoveAll(known => known.Target == target);
        _released.Add(new ReleasedOverride(target, Now));
        return Republish();
    }

    public Decision Decide(string name, Client subnet, bool ipv6 = false, string resolver = "192.0.2.1", uint draw = 0)
    {
        Steerer.Decide(Table, IndexOf(name), ipv6, subnet, Client.From(IPAddress.Parse(resolver)), draw, out Decision decision);
        return decision;
    }

    /// <summary>The answer as text: addresses, or what else it is.</summary>
    public string Ask(string name, Client subnet, bool ipv6 = false, string resolver = "192.0.2.1", uint draw = 0)
        => Text(Decide(name, subnet, ipv6, resolver, draw), ipv6);

    public Explanation Explain(string name, Client subnet, bool ipv6 = false, string resolver = "192.0.2.1")
        => Steerer.Explain(Table, IndexOf(name), ipv6, subnet, Client.From(IPAddress.Parse(resolver)));

    public string Text(in Decision decision, bool ipv6)
    {
        if (decision.Kind == DecisionKind.Cname)
            return $"CNAME {Topology.Regions[decision.Region].CnameTarget}";
        if (decision.Kind != DecisionKind.Addresses)
            return decision.Kind.ToString();
        int size = ipv6 ? 16 : 4;
        ReadOnlySpan<byte> packed = decision.Packed;
        var addresses = new List<string>();
        for (int at = 0; at < decision.PackedLength; at += size)
            addresses.Add(new IPAddress(packed.Slice(at, size)).ToString());
        return string.Join(" ", addresses);
    }

    public int IndexOf(string name) => Topology.Names.ToList().FindIndex(steered => steered.Owner == $"{name}.{Zone}");

    public static Client Subnet(string network) => Client.From(IPNetwork.Parse(network), ClientSource.Subnet);

    private SteeringWorld Judge(Verdict verdict, bool settled, string[] places)
    {
        foreach (GslbServer.Steering.Monitor monitor in Topology.Monitors.Where(monitor => places.Any(place => IsAt(monitor, place))))
            _monitors[monitor.Key] = new MonitorHealth(verdict, settled, Now, verdict == Verdict.Down ? (1, 2, 3) : (3, 0, 3));
        return Republish();
    }

    private bool IsAt(GslbServer.Steering.Monitor monitor, string place) => Topology.Regions[monitor.Region].Label == place || monitor.Address?.ToString() == place;

    private SteeringWorld Republish()
    {
        _table = Publish(_table);
        return this;
    }

    private SteeringTable Publish(SteeringTable? previous) => SteeringTable.Compile(Plan, Health, previous);

    private double Share(OperatorOverride record)
    {
        double percent = record.State == OverrideState.Up ? 0 : record.Percent / 100.0;
        return record.Ramp == TimeSpan.Zero ? percent : percent * Math.Clamp((Now - ChangedAt[record.Target]) / record.Ramp, 0, 1);
    }

    private SteeringWorld Add(ConfigKind kind, string name, string words, uint ttl, string[] addresses, string? cname)
    {
        _records.Add(new ConfigRecord(kind, name == "@" ? Zone : $"{name}.{Zone}", Zone, Zone, ttl, words.Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. addresses.Select(IPAddress.Parse)], cname));
        return this;
    }

    private static GeoTable CompileGeo()
    {
        const string Csv = """
            network,continent,country,subdivision,city,latitude,longitude,asn
            198.18.0.0/18,EU,IE,,Dublin,53.34,-6.26,64500
            198.18.64.0/18,EU,DE,HE,Frankfurt,50.11,8.68,64501
            198.18.128.0/17,NA,US,NY,New York,40.71,-74.00,64502
            198.19.0.0/17,NA,US,CA,San Francisco,37.77,-122.42,64503
            198.19.128.0/17,OC,AU,,Sydney,-33.86,151.20,64504
            203.0.113.0/24,,CH,,,,,64505
            2001:db8:a000::/36,EU,IE,,Dublin,53.34,-6.26,64500
            2001:db8:b000::/36,NA,US,NY,New York,40.71,-74.00,64502
            """;
        (byte[]? database, _) = GeoCsv.Build(Csv, "Test-City", "test", DateTimeOffset.UnixEpoch);
        Assert.NotNull(database);
        return GeoTable.Compile([("test.mmdb", database)]);
    }
}

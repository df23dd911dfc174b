using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>The product as it stands in the world: a collector in every region, rows as octets, decisions, and answers of steering. It knows the geo database and what it
/// measures, nothing else.</summary>
internal sealed class Product
{
    /// <summary>A round number of epochs after 1970.</summary>
    private const uint FirstEpoch = 6_000_000;

    private readonly World _world;
    private readonly GeoTable _geo;
    private readonly Topology _topology;
    private readonly HealthTable _health;
    private readonly ImmutableArray<LatencyRegion> _regions;
    private readonly LatencyCollector[] _collectors;
    private readonly LatencyOptions _options;
    private SteeringTable _table;

    public Product(World world, LatencyOptions? options = null)
    {
        _world = world;
        _options = options ?? LatencyOptions.Default;
        _geo = Geography.Compile([.. world.Prefixes, .. world.Resolvers]);
        _topology = Topology(world);
        _health = new HealthTable([], [], TimeSpan.Zero);
        _regions = LatencyRegion.Of(_topology);
        _collectors = [.. world.Labels.Select(label => new LatencyCollector($"balancer-{label}", [.. world.Labels], _options))];
        _table = Compile();
    }

    public LatencyMap Map { get; private set; } = LatencyMap.Empty;

    public void Measure(Prefix prefix, int region, TimeSpan now, ulong draw, LatencySource source = LatencySource.Beacon)
        => _collectors[region].Add(new LatencySample(prefix.Client, region, _world.Measure(prefix, region, now, draw), source), now);

    public void SeeResolverUse(Prefix resolver, Prefix client) => _collectors[0].AddResolverUse(resolver.Client, client.Client);

    /// <summary>Ends epoch n (from 0): rows travel, the map is decided, travels too, and is in force.</summary>
    public void CloseEpoch(int number, TimeSpan now)
    {
        uint epoch = FirstEpoch + (uint)number;
        LatencyRows[] rows = [.. _collectors.Select(collector => Travel(collector.CloseEpoch(epoch, now)))];
        LatencyMap next = LatencyDecider.Decide(Map, epoch, _regions, rows, _geo, _options);
        Map = LatencyMap.Decode(next.Octets.Span, out string problem) ?? throw new InvalidOperationException(problem);
        _table = Compile();
    }

    /// <summary>The region that a client is sent to by the measured name (or, for comparison, by the name that goes by geography), with the scope of the answer.</summary>
    public (int Region, int Scope) Ask(Prefix prefix, bool byGeography = false)
    {
        bool hasSubnet = prefix.Resolver < 0;
        Client resolver = hasSubnet ? Client.From(IPAddress.Parse("192.0.2.53")) : _world.Resolvers[prefix.Resolver].Client;
        return Ask(hasSubnet ? prefix.Client : default, resolver, byGeography);
    }

    public (int Region, int Scope) Ask(Client subnet, Client resolver, bool byGeography)
    {
        Steerer.Decide(_table, byGeography ? 1 : 0, false, subnet, resolver, 0, out Decision decision);
        return (decision.Packed[3] - 1, decision.ScopePrefixLength);
    }

    private static LatencyRows Travel(LatencyRows rows)
        => LatencyRowsCodec.Decode(LatencyRowsCodec.Encode(rows), out string problem) ?? throw new InvalidOperationException(problem);

    private SteeringTable Compile() => SteeringTable.Compile(SteeringPlan.Compile(_topology, _geo, Map), _health, null);

    private static Topology Topology(World world)
    {
        const string zone = "example.org.";
        List<ConfigRecord> records = [];
        foreach ((int index, City city) in world.Regions.Index())
        {
            string[] words = [city.Latitude.ToString(CultureInfo.InvariantCulture), city.Longitude.ToString(CultureInfo.InvariantCulture)];
            records.Add(new ConfigRecord(ConfigKind.Region, $"{world.Labels[index]}.{zone}", zone, zone, 300, words, [new IPAddress([192, 0, 2, (byte)(index + 1)])]));
        }

        records.Add(new ConfigRecord(ConfigKind.Steer, $"a-latency.{zone}", zone, zone, 30, ["latency", .. world.Labels], []));
        records.Add(new ConfigRecord(ConfigKind.Steer, $"b-geo.{zone}", zone, zone, 30, ["geo", .. world.Labels], []));
        string[] problems = [.. TopologyBuilder.Build(records, out Topology? topology).Where(problem => problem.IsError).Select(problem => problem.Message)];
        return topology ?? throw new InvalidOperationException(string.Join('\n', problems));
    }
}

/// <summary>The geo database that the product reads: what is recorded, not what is.</summary>
internal static class Geography
{
    public static GeoTable Compile(IReadOnlyList<Prefix> prefixes)
    {
        var csv = new StringBuilder("network,continent,country,city,latitude,longitude,asn\n");
        foreach (Prefix prefix in prefixes)
        {
            City city = prefix.Recorded;
            csv.Append(CultureInfo.InvariantCulture, $"{prefix.Client.ToAddress()}/24,{city.Continent},{city.Country},{city.Name},{city.Latitude},{city.Longitude},{prefix.Network.Asn}\n");
        }

        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(csv.ToString(), "Simulated-City", "simulated", DateTimeOffset.UnixEpoch);
        return database is null ? throw new InvalidOperationException(string.Join('\n', errors)) : GeoTable.Compile([("simulated.mmdb", database)]);
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>CPU time and memory at full size: 200,000 prefixes and 8 regions.</summary>
/// <param name="DecideMs">From rows to a map.</param>
/// <param name="CompileMs">From a map to place tables.</param>
/// <param name="CollectorMiB">200,000 cells.</param>
internal sealed record Cost(double DecideMs, double CompileMs, double CollectorMiB, int MapOctets);

internal static class CostRun
{
    private const int Prefixes = 200_000;

    private const int Regions = 8;

    public static Cost Run(ulong seed)
    {
        var dice = new Dice(seed, 17);
        City[] cities = City.All[..Regions];
        GeoTable geo = Geo(ref dice);
        Topology topology = Topology(cities);
        ImmutableArray<LatencyRegion> regions = LatencyRegion.Of(topology);
        LatencyRows[] tables = [.. Enumerable.Range(0, Regions).Select(region => Rows(region, regions, 1))];
        LatencyMap map = LatencyDecider.Decide(LatencyMap.Empty, 1, regions, tables, geo, LatencyOptions.Default);
        double decide = double.MaxValue, compile = double.MaxValue;
        for (uint epoch = 2; epoch < 5; epoch++)
        {
            LatencyMap previous = map;
            decide = Math.Min(decide, Cpu(() => map = LatencyDecider.Decide(previous, epoch, regions, [.. tables.Select(table => table with { Epoch = epoch })], geo, LatencyOptions.Default)));
            compile = Math.Min(compile, Cpu(() => SteeringPlan.Compile(topology, geo, map)));
        }

        return new Cost(decide, compile, CollectorMemory(), map.Octets.Length);
    }

    private static double CollectorMemory()
    {
        long before = GC.GetTotalMemory(true);
        var collector = new LatencyCollector("balancer-1", ["eu-west"], LatencyOptions.Default);
        for (int i = 0; i < Prefixes; i++)
            collector.Add(new LatencySample(Prefix(i), 0, 20, LatencySource.Connection), TimeSpan.Zero);
        double used = (GC.GetTotalMemory(true) - before) / 1048576.0;
        GC.KeepAlive(collector);
        return used;
    }

    private static double Cpu(Action work)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        work();
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static Client Prefix(int index) => Client.From(new IPAddress([(byte)(16 + (index >> 16)), (byte)(index >> 8), (byte)index, 0]), ClientSource.Subnet);

    private static LatencyRows Rows(int region, ImmutableArray<LatencyRegion> regions, uint epoch)
    {
        var rows = ImmutableArray.CreateBuilder<LatencyRow>(Prefixes);
        for (int i = 0; i < Prefixes; i++)
        {
            var dice = new Dice((ulong)region, (ulong)(i >> 6));
            double path = 20 + (150 * dice.Unit());
            var own = new Dice((ulong)region, (ulong)i, 1);
            rows.Add(new LatencyRow(LatencyKey.Of(Prefix(i)), (byte)region, LatencySource.Connection, (ushort)(5 + own.Below(60)), (ushort)(10 * (path + (10 * own.Unit()))), 30, 2));
        }

        return new LatencyRows($"balancer-{region}", epoch, [.. regions.Select(known => known.Label)], rows.MoveToImmutable(), []);
    }

    /// <summary>A record for each /20.</summary>
    private static GeoTable Geo(ref Dice dice)
    {
        var csv = new StringBuilder("network,continent,country,city,latitude,longitude,asn\n");
        for (int i = 0; i < Prefixes; i += 16)
        {
            City city = City.All[dice.Below(City.All.Length)];
            csv.Append(CultureInfo.InvariantCulture,
                $"{Prefix(i).ToAddress()}/20,{city.Continent},{city.Country},{city.Name},{city.Latitude + dice.Unit()},{city.Longitude + dice.Unit()},{64512 + dice.Below(800)}\n");
        }

        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(csv.ToString(), "Simulated-City", "simulated", DateTimeOffset.UnixEpoch);
        return database is null ? throw new InvalidOperationException(string.Join('\n', errors)) : GeoTable.Compile([("simulated.mmdb", database)]);
    }

    private static Topology Topology(City[] cities)
    {
        const string zone = "example.org.";
        ConfigRecord[] records =
        [
            .. cities.Select((city, index) => new ConfigRecord(ConfigKind.Region, $"r{index}.{zone}", zone, zone, 300,
                [city.Latitude.ToString(CultureInfo.InvariantCulture), city.Longitude.ToString(CultureInfo.InvariantCulture)], [new IPAddress([192, 0, 2, (byte)(index + 1)])])),
            new ConfigRecord(ConfigKind.Steer, $"www.{zone}", zone, zone, 30, ["latency", .. cities.Select((_, index) => $"r{index}")], []),
        ];
        TopologyBuilder.Build(records, out Topology? topology);
        return topology ?? throw new InvalidOperationException("the zone of the cost run has errors");
    }
}

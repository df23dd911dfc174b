using System.Globalization;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>The clients of a <see cref="World"/> as a load on its regions: where they are measured to be near, and what each region can take.</summary>
internal sealed class LoadWorld
{
    private const string Zone = "example.org.";

    /// <summary>Requests per second of everybody.</summary>
    public const double Demand = 100_000;

    private const double HotUse = 1.3;

    /// <param name="othersUse">Utilisation of all regions but the hot one, before anything moves.</param>
    public LoadWorld(ulong seed, int prefixes, double othersUse)
    {
        Clients = new World(seed, isHard: false, prefixes);
        Plan = SteeringPlan.Compile(Topology(Clients), Geography.Compile([.. Clients.Prefixes, .. Clients.Resolvers]), Measured(Clients));
        var start = SteeringTable.Compile(Plan, Health(LoadTable.None, down: -1, TimeSpan.Zero), null);
        double[] shares = new double[Clients.Regions.Length];
        foreach (Prefix prefix in Clients.Prefixes)
            shares[Ask(start, prefix)] += prefix.Weight;
        Hot = Array.IndexOf(shares, shares.Max());
        Second = Array.IndexOf(shares, shares.Where((_, region) => region != Hot).Max());
        Capacities = [.. shares.Select((share, region) => Demand * Math.Max(share, 0.02) / (region == Hot ? HotUse : othersUse))];
    }

    public World Clients { get; }

    public SteeringPlan Plan { get; }

    /// <summary>The region with most clients: its capacity is what 130 % of is asked.</summary>
    public int Hot { get; }

    /// <summary>The next largest.</summary>
    public int Second { get; }

    /// <summary>Requests per second.</summary>
    public double[] Capacities { get; }

    /// <param name="down">A region that is down; -1 for none.</param>
    public HealthTable Health(LoadTable load, int down, TimeSpan now) => new(
        [.. Plan.Topology.Monitors.Select(monitor => new MonitorHealth(RegionOf(monitor.Region) == down ? Verdict.Down : Verdict.Up, true, TimeSpan.MinValue, (3, 0, 3)))], [], now)
    { Load = load };

    public int Ask(SteeringTable table, Prefix prefix)
    {
        bool hasSubnet = prefix.Resolver < 0;
        Steerer.Decide(table, 0, false, hasSubnet ? prefix.Client : default, hasSubnet ? Client.From(IPAddress.Loopback) : Clients.Resolvers[prefix.Resolver].Client, 0, out Decision decision);
        return decision.Packed[3] - 1;
    }

    private int RegionOf(int index) => Array.IndexOf(Clients.Labels, Plan.Topology.Regions[index].Label);

    /// <summary>Ten samples of every prefix and region.</summary>
    private static LatencyMap Measured(World clients)
    {
        var product = new Product(clients);
        foreach (Prefix prefix in (IEnumerable<Prefix>)[.. clients.Prefixes, .. clients.Resolvers])
        {
            for (int region = 0; region < clients.Regions.Length; region++)
            {
                for (ulong draw = 0; draw < 10; draw++)
                    product.Measure(prefix, region, TimeSpan.FromSeconds(30 * draw), draw);
            }
        }

        product.CloseEpoch(0, TimeSpan.FromSeconds(300));
        product.CloseEpoch(1, TimeSpan.FromSeconds(600));
        return product.Map;
    }

    private static Topology Topology(World clients)
    {
        List<ConfigRecord> records = [new(ConfigKind.Check, $"web.{Zone}", Zone, Zone, 300, ["tcp", "port=80"], [])];
        foreach ((int index, City city) in clients.Regions.Index())
        {
            string[] words = [city.Latitude.ToString(CultureInfo.InvariantCulture), city.Longitude.ToString(CultureInfo.InvariantCulture)];
            records.Add(new ConfigRecord(ConfigKind.Region, $"{clients.Labels[index]}.{Zone}", Zone, Zone, 300, words, [new IPAddress([192, 0, 2, (byte)(index + 1)])]));
        }

        records.Add(new ConfigRecord(ConfigKind.Steer, $"www.{Zone}", Zone, Zone, 30, ["load", .. clients.Labels, "check=web"], []));
        string[] problems = [.. TopologyBuilder.Build(records, out Topology? topology).Where(problem => problem.IsError).Select(problem => problem.Message)];
        return topology ?? throw new InvalidOperationException(string.Join('\n', problems));
    }
}

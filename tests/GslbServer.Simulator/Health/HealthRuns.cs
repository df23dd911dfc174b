using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>What verdicts do over days of loss, and how long they take when a region dies.</summary>
internal static class HealthRuns
{
    /// <summary>All is up all the time: each DOWN on any node is wrong. One vantage loses 1 % of its packets, the others 0.1 %; each hour some node stands still for 3 s.</summary>
    /// <returns>Turns to DOWN on all nodes, and the number of monitor days.</returns>
    public static (int Wrong, double MonitorDays) Calm(ulong seed, double days, int vantages)
    {
        double[] loss = [1, .. Enumerable.Repeat(0.1, vantages - 1)];
        var world = new HealthWorld(seed, regions: 3, endpointsPerRegion: 2, loss);
        var dice = new Dice(seed, 1);
        int wrong = 0;
        world.Turned = (_, _, verdict) => wrong += verdict == Verdict.Down ? 1 : 0;
        for (double hour = 0; hour < days * 24; hour++)
        {
            double at = hour + (0.99 * dice.Unit());
            world.RunUntil(TimeSpan.FromHours(at));
            world.Pause(dice.Below(vantages), TimeSpan.FromSeconds(3));
            world.RunUntil(TimeSpan.FromHours(hour + 1));
        }

        return (wrong, days * world.IsUp.Length);
    }

    /// <summary>Regions die one after the other, each with the node that stands in it, and come back.</summary>
    /// <returns>For each death: seconds until the first and until the last of the nodes that live steers around all of the region.</returns>
    public static List<(double First, double Last)> Deaths(ulong seed, int deaths)
    {
        const int Regions = 3, EndpointsPerRegion = 2;
        var world = new HealthWorld(seed, Regions, EndpointsPerRegion, [0.1, 0.1, 0.1]);
        var dice = new Dice(seed, 2);
        var times = new List<(double First, double Last)>();
        TimeSpan died = TimeSpan.Zero;
        int region = 0;
        var until = new double[Regions];
        world.Turned = (node, monitor, verdict) =>
        {
            bool isOfIt = verdict == Verdict.Down && world.Topology.Monitors[monitor].Region == region && !world.IsUp[monitor];
            until[node] = isOfIt ? (world.Now - died).TotalSeconds : until[node];
        };
        for (int death = 0; death < deaths; death++)
        {
            died = TimeSpan.FromMinutes(5 * (death + 1)) + TimeSpan.FromSeconds(100 * dice.Unit());
            world.RunUntil(died);
            region = dice.Below(Regions);
            Array.Fill(until, double.PositiveInfinity);
            SetUp(false);
            world.Pause(region, TimeSpan.FromSeconds(60));
            world.RunUntil(died + TimeSpan.FromSeconds(60));
            double[] living = [.. until.Where((_, node) => node != region)];
            bool isWhole = Enumerable.Range(0, Regions).Where(node => node != region).All(node => MonitorsOfRegion().All(m => world.TableOf(node)?.Monitors[m].Verdict == Verdict.Down));
            times.Add(isWhole ? (living.Min(), living.Max()) : (double.PositiveInfinity, double.PositiveInfinity));
            SetUp(true);
        }

        return times;

        IEnumerable<int> MonitorsOfRegion() => Enumerable.Range(0, world.IsUp.Length).Where(monitor => world.Topology.Monitors[monitor].Region == region);

        void SetUp(bool isUp)
        {
            foreach (int monitor in MonitorsOfRegion())
                world.IsUp[monitor] = isUp;
        }
    }
}

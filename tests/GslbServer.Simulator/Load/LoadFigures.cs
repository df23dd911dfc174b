namespace GslbServer.Simulator;

/// <summary>What one run shows of the goals.</summary>
/// <param name="SettledAfter">Seconds from the start (or the event) after which the region in question stays within 0.75 and 0.90; infinite if never.</param>
/// <param name="Last">Utilisation of that region at the end, a minute's mean.</param>
/// <param name="PeakLater">The highest utilisation of any region that lives, from 300 s after the start (or the event) on.</param>
/// <param name="Moved">Share of all traffic that changed its region, each change counted; that of a dead region left out.</param>
/// <param name="RttCostMs">Mean round trip at the end above that at the start.</param>
internal sealed record LoadFigures(string Scenario, double SettledAfter, double Last, double PeakLater, double Moved, double RttCostMs, double[] Prices, int Compiled, bool IsLoss)
{
    private const int Grace = 300, MeanSeconds = 10;

    /// <summary>So much of the others' capacity is in use before anything moves: the second largest can then die.</summary>
    public const double OthersUse = 0.35;

    /// <summary>Of a load that is there from the start; a loss on top of it finds the neighbours full already, and may move more.</summary>
    private const double MostMoved = 0.2, MostMovedByLoss = 0.5;

    private double Most => IsLoss ? MostMovedByLoss : MostMoved;

    public IEnumerable<(string What, string Value, string Goal, bool Met)> Goals()
    {
        yield return ($"{Scenario}: utilisation stays at 0.75 to 0.90 after", double.IsFinite(SettledAfter) ? $"{SettledAfter:0} s (at the end {Last:0.00})" : $"never (at the end {Last:0.00})", "300 s", SettledAfter <= Grace);
        yield return ($"{Scenario}: highest utilisation of any region, later than 300 s", $"{PeakLater:0.00}", "1.00", PeakLater <= 1);
        yield return ($"{Scenario}: traffic moved", $"{Moved:0.000}", $"{Most:0.0}", Moved <= Most);
    }

    public static IReadOnlyList<LoadFigures> Measure(ulong seed, int prefixes)
    {
        var world = new LoadWorld(seed, prefixes, OthersUse);
        return [Of(world, LoadEvent.None, seed), Of(world, LoadEvent.BalancerDies, seed), Of(world, LoadEvent.RegionDies, seed)];
    }

    public static LoadFigures Of(LoadWorld world, LoadEvent happens, ulong seed)
    {
        LoadRun run = new LoadRun(world, happens, seed).Run();
        int start = happens == LoadEvent.None ? 0 : LoadRun.EventAt;
        int dead = happens == LoadEvent.RegionDies ? world.Second : -1;
        double[][] use = [.. Enumerable.Range(0, LoadRun.Seconds - MeanSeconds).Select(from => Mean(run.Utilisation, from))];
        int settled = use.Length;
        // A region that dies spares nobody: then all that live must be below, and none need be as full as a hot one.
        while (settled > start && (dead < 0 ? use[settled - 1][world.Hot] is >= 0.75 and <= 0.90 : use[settled - 1].Where((_, region) => region != dead).Max() <= 0.90))
            settled--;
        double peak = run.Utilisation.Skip(start + Grace).Max(all => all.Where((_, region) => region != dead).Max());
        string scenario = happens switch { LoadEvent.BalancerDies => "a balancer of the hot region dies", LoadEvent.RegionDies => "the second largest region dies", _ => "130 % of one region" };
        double[] last = Mean([.. run.Utilisation.TakeLast(60)], 0, 60);
        double moved = happens == LoadEvent.None ? run.Moved.Before + run.Moved.After : happens == LoadEvent.BalancerDies ? run.Moved.After : run.Moved.After - ShareOf(run, dead);
        return new LoadFigures(scenario, settled >= use.Length - 60 ? double.PositiveInfinity : settled - start, dead < 0 ? last[world.Hot] : last.Where((_, region) => region != dead).Max(), peak, moved,
            run.LastRtt - run.FirstRtt, run.Prices, run.Compiled, happens != LoadEvent.None);

        double ShareOf(LoadRun of, int region) => of.Utilisation[LoadRun.EventAt - 1][region] * world.Capacities[region] / LoadWorld.Demand;
    }

    private static double[] Mean(List<double[]> use, int from, int seconds = MeanSeconds)
        => [.. Enumerable.Range(0, use[0].Length).Select(region => use.Skip(from).Take(seconds).Average(all => all[region]))];
}

namespace GslbServer.Simulator;

/// <summary>All figures of one world.</summary>
internal sealed record Figures(ulong Seed, bool IsHard, Accuracy Geo, IReadOnlyList<Accuracy> ByNumber, double FlipsPerDay, double StepMinutes, double StepIn15Minutes,
    double StepAffected, int BlipMoves, int BlipTouched, Cost? Cost)
{
    /// <summary>Figure, goal and whether it is met.</summary>
    public IEnumerable<(string What, string Value, string Goal, bool Met)> Goals()
    {
        yield return ("traffic within max(5 ms, 10 %) of the best, 5 samples", $"{Of(5).Within:0.00} %", "99.5 %", Of(5).Within >= 99.5);
        yield return ("the same, 10 samples", $"{Of(10).Within:0.00} %", "99.9 %", Of(10).Within >= 99.9);
        yield return ("better than geography by, 5 samples", $"{Of(5).Within - Geo.Within:0.00} points", IsHard ? "3" : "-", !IsHard || Of(5).Within - Geo.Within >= 3);
        Accuracy worst = ByNumber.MinBy(accuracy => accuracy.Within - Geo.Within) ?? Geo;
        yield return ($"never worse than geography; least gain, at {worst.Samples} samples", $"{worst.Within - Geo.Within:0.00} points", "0", worst.Within >= Geo.Within);
        yield return ("no samples: every answer and scope as by geography", Of(0).SameAsGeo ? "yes" : "no", "yes", Of(0).SameAsGeo);
        yield return ("flips per prefix and day, noise alone", $"{FlipsPerDay:0.000}", "0.3", FlipsPerDay <= 0.3);
        yield return ($"+{40} ms step: 95 % of affected traffic moved in", $"{StepMinutes:0.0} min", "15 min", StepMinutes <= 15);
        yield return ($"blips up to 5 min: moves among {BlipTouched} prefixes", $"{BlipMoves}", "0", BlipMoves == 0);
        yield return ("resolvers without Client Subnet: above the least mean round trip of any map by resolvers", $"{Of(10).NoSubnetGap:0.00} %", "0.5 %", Of(10).NoSubnetGap <= 0.5);
        if (Cost is not { } cost)
            yield break;
        yield return ("200,000 prefixes x 8 regions: decided and compiled, CPU", $"{cost.DecideMs + cost.CompileMs:0} ms", "1000 ms", cost.DecideMs + cost.CompileMs <= 1000);
        yield return ("200,000 cells in memory", $"{cost.CollectorMiB:0.0} MiB", "20 MiB", cost.CollectorMiB <= 20);
    }

    public Accuracy Of(int samples) => ByNumber.Single(accuracy => accuracy.Samples == samples);

    /// <param name="prefixes">In the time runs a third of them.</param>
    public static Figures Measure(ulong seed, bool isHard, int prefixes, bool withCost)
    {
        var world = new World(seed, isHard, prefixes);
        Accuracy[] byNumber = [.. ((int[])[0, 1, 2, 3, 5, 10, 20]).Select(samples => AccuracyRun.Run(world, seed, samples))];
        World Small() => new(seed, isHard, prefixes / 3);
        double flips = new TimeRun(Small(), seed).Run(TimeSpan.FromHours(26)).FlipsPerDay(TimeSpan.FromHours(2));
        (double minutes, double affected, double in15) = EventRuns.Steps(Small, seed);
        (int moved, int touched) = EventRuns.Blips(Small, seed);
        return new Figures(seed, isHard, AccuracyRun.Geography(world), byNumber, flips, minutes, in15, affected, moved, touched, withCost ? CostRun.Run(seed) : null);
    }
}

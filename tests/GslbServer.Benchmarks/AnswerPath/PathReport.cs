using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>ns per query of the answer path at the sizes that the goals name, as a table.</summary>
internal static class PathReport
{
    /// <summary>Rounds before those that count: long enough for the runtime to compile the path for good, with what it has seen of it.</summary>
    private const int WarmUpRounds = 10;

    public static void Print(MeasureOptions options, TextWriter output)
    {
        (string Name, int Names, bool Geo, Mix Mix, double? Goal)[] wanted =
        [
            .. new (string Name, int Names, bool Geo, Mix Mix, double? Goal)[]
            {
                ("static, 1,000 names", 1_000, false, Mix.Static, 30),
                ("static with a client cookie, 1,000 names", 1_000, false, Mix.StaticClientCookie, null),
                ("static with a cookie, 1,000 names", 1_000, false, Mix.StaticCookie, null),
                ("nxdomain, 1,000 names", 1_000, false, Mix.NxDomain, 30),
                ("steered, 1,000 names", 1_000, true, Mix.Steered, 30),
                ("steered with subnet, 1,000 names", 1_000, true, Mix.SteeredSubnet, 100),
                ("static, 1,000,000 names", 1_000_000, false, Mix.Static, 200),
                ("nxdomain, 1,000,000 names", 1_000_000, false, Mix.NxDomain, 200),
            }.Where(c => options.Wants(c.Name)),
        ];
        GeoTable geo = wanted.Any(c => c.Geo) ? SyntheticGeo.Load(options.Networks, options.GeoFile) : GeoTable.Empty;
        var worlds = wanted.Select(c => (c.Names, c.Geo)).Distinct().ToDictionary(w => w, w => World.Build(w.Names, 1, 3, w.Geo ? geo : GeoTable.Empty));
        PathCase[] cases = [.. wanted.Select(c => new PathCase(c.Name, worlds[(c.Names, c.Geo)], c.Mix, c.Goal))];
        Measure(cases, options.Rounds);

        output.WriteLine($"| answer path in process ({geo.Description}) | best ns/query | median | goal | instructions | octets allocated |\n|---|---:|---:|---|---:|---:|");
        foreach (PathCase c in cases)
        {
            string goal = c.Goal is { } g ? $"{g:F0}: {(c.Best <= g ? "met" : "not met")}" : "";
            output.WriteLine(FormattableString.Invariant($"| {c.Name} | {c.Best:F0} | {c.Median:F0} | {goal} | {c.InstructionsPerQuery:F0} | {c.AllocatedPerQuery:0.##} |"));
            c.Dispose();
        }
    }

    /// <summary>Rounds outside, cases inside: what disturbs the machine disturbs all alike.</summary>
    public static void Measure(IReadOnlyList<PathCase> cases, int rounds)
    {
        using var counters = new Counters();
        using var instructions = new InstructionCounter();
        CounterBlock block = counters.ForThisThread;
        var random = new Draw(1);
        for (int round = 0; round < WarmUpRounds; round++)
        {
            foreach (PathCase c in cases) c.WarmUp(block, ref random);
            // The compiler works behind our back, and on a busy machine needs the time.
            Thread.Sleep(100);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (PathCase c in cases) c.Round(block, ref random, instructions);
        }
    }
}

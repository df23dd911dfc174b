using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>ns per query of the answer path at the sizes that the goals name, as a table.</summary>
internal static class PathReport
{
    /// <summary>Rounds before those that count: long enough for the runtime to compile the path for good, with what it has seen of it.</summary>
    private const int WarmUpRounds = 10;

    public static void Print(MeasureOptions options, TextWriter output)
    {
        (string Name, int Names, bool Geo, Mix Mix, double? Goal, bool IsSigned)[] wanted =
        [
            .. new (string Name, int Names, bool Geo, Mix Mix, double? Goal, bool IsSigned)[]
            {
                ("static, 1,000 names", 1_000, false, Mix.Static, 30, false),
                ("static with a client cookie, 1,000 names", 1_000, false, Mix.StaticClientCookie, null, false),
                ("static with a cookie, 1,000 names", 1_000, false, Mix.StaticCookie, null, false),
                ("nxdomain, 1,000 names", 1_000, false, Mix.NxDomain, 30, false),
                ("steered, 1,000 names", 1_000, true, Mix.Steered, 30, false),
                ("steered with subnet, 1,000 names", 1_000, true, Mix.SteeredSubnet, 100, false),
                ("signed static, 1,000 names", 1_000, false, Mix.Static, null, true),
                ("signed nxdomain, 1,000 names", 1_000, false, Mix.NxDomain, null, true),
                ("signed steered, 1,000 names", 1_000, true, Mix.Steered, null, true),
                ("signed steered with subnet, 1,000 names", 1_000, true, Mix.SteeredSubnet, null, true),
                ("static, 1,000,000 names", 1_000_000, false, Mix.Static, 200, false),
                ("nxdomain, 1,000,000 names", 1_000_000, false, Mix.NxDomain, 200, false),
            }.Where(c => options.Wants(c.Name)),
        ];
        GeoTable geo = wanted.Any(c => c.Geo) ? SyntheticGeo.Load(options.Networks, options.GeoFile) : GeoTable.Empty;
        var worlds = wanted.Select(c => (c.Names, c.Geo, c.IsSigned)).Distinct().ToDictionary(w => w, w => World.Build(w.Names, 1, 3, w.Geo ? geo : GeoTable.Empty, w.IsSigned));
        PathCase[] cases = [.. wanted.Select(c => new PathCase(c.Name, worlds[(c.Names, c.Geo, c.IsSigned)], c.Mix, c.Goal))];
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

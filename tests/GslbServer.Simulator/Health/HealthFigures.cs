using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>What came of all runs of one seed.</summary>
/// <param name="Deaths">For each death of a region: seconds until the first and the last living node steers around it.</param>
/// <param name="Scales">10,000 monitors by number of nodes, ascending.</param>
internal sealed record HealthFigures(ulong Seed, int WrongVerdicts, double MonitorDays, IReadOnlyList<(double First, double Last)> Deaths, IReadOnlyList<Scale> Scales,
    double Merge5000X3Milliseconds, double Merge10000X20Milliseconds)
{
    private const double LongestVerdictSeconds = 5, LongestAgreementSeconds = 1, MostOctetsPerSecond = 1_000_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private Scale Twenty => Scales.First(scale => scale.Nodes == 20);

    private double VerdictP99 => Percentile([.. Deaths.Select(death => death.First)], 0.99);

    private double AgreementMost => Deaths.Max(death => double.IsFinite(death.Last) ? death.Last - death.First : double.PositiveInfinity);

    /// <summary>Largest share of the work of a node above what an even division of three probes per monitor would give it.</summary>
    private double Imbalance => Scales.Max(scale => scale.MostPerNode / (3.0 * scale.Monitors / scale.Nodes));

    /// <param name="days">Of calm.</param>
    public static HealthFigures Measure(ulong seed, double days, int deaths)
    {
        (int wrong, double monitorDays) = HealthRuns.Calm(seed, days, vantages: 3);
        Topology large = HealthWorld.Build(regions: 200, endpointsPerRegion: 50);
        return new HealthFigures(seed, wrong, monitorDays, HealthRuns.Deaths(seed, deaths), [.. new[] { 10, 20, 40 }.Select(nodes => ScaleRun.Of(large, nodes))],
            ScaleRun.MergeMilliseconds(HealthWorld.Build(regions: 100, endpointsPerRegion: 50), 3), ScaleRun.MergeMilliseconds(large, 20));
    }

    public IEnumerable<(string What, string Value, string Goal, bool Met)> Goals()
    {
        yield return ($"wrong verdicts in {MonitorDays:0.#} monitor days", $"{WrongVerdicts}", "0", WrongVerdicts == 0);
        yield return ($"verdict after a region dies, p99 of {Deaths.Count}", $"{VerdictP99:0.00} s", "at most 5 s", VerdictP99 <= LongestVerdictSeconds);
        yield return ("all nodes agree after", $"{AgreementMost:0.00} s more", "at most 1 s", AgreementMost <= LongestAgreementSeconds);
        yield return ("monitors per node at 10, 20, 40 nodes", string.Join(", ", Scales.Select(scale => $"{scale.MeanPerNode:0} (most {scale.MostPerNode})")), "as 1/nodes, most at most 1.2 times that",
            Imbalance <= 1.2 && Scales.All(scale => Math.Abs((scale.MeanPerNode * scale.Nodes / scale.Monitors) - 3) < 1e-9));
        yield return ("monitors seen from three regions", $"{100 * Twenty.ThreeRegions:0.0} %", "100 %", Twenty.ThreeRegions == 1);
        yield return ("duties moved by one more node than 20", $"{100 * Twenty.MovedByOneMore:0.0} %", "at most 10 %", Twenty.MovedByOneMore <= 0.1);
        yield return ("store traffic of a node, 20 nodes, calm", $"{Twenty.CalmOctets / 1000:0} kB/s", "under 1 MB/s", Twenty.CalmOctets < MostOctetsPerSecond);
        yield return ("store traffic of a node, 20 nodes, everything turning", $"{Twenty.StormOctets / 1000:0} kB/s", "under 1 MB/s", Twenty.StormOctets < MostOctetsPerSecond);
    }

    public string ToJson() => JsonSerializer.Serialize(new
    {
        seed = Seed,
        wrongVerdicts = WrongVerdicts,
        monitorDays = Math.Round(MonitorDays, 1),
        verdictP50Seconds = Finite(Percentile([.. Deaths.Select(death => death.First)], 0.5)),
        verdictP99Seconds = Finite(VerdictP99),
        verdictMaxSeconds = Finite(Deaths.Max(death => death.First)),
        agreementMaxSeconds = Finite(AgreementMost),
        monitorsPerNode = Scales.ToDictionary(scale => $"{scale.Nodes}", scale => Math.Round(scale.MeanPerNode, 1)),
        threeRegionsPercent = Math.Round(100 * Twenty.ThreeRegions, 2),
        movedByOneMorePercent = Math.Round(100 * Twenty.MovedByOneMore, 2),
        storeOctetsPerSecondCalm = Math.Round(Twenty.CalmOctets),
        storeOctetsPerSecondStorm = Math.Round(Twenty.StormOctets),
        merge5000x3Ms = Math.Round(Merge5000X3Milliseconds, 2),
        merge10000x20Ms = Math.Round(Merge10000X20Milliseconds, 2),
        missed = Goals().Where(goal => !goal.Met).Select(goal => goal.What),
    }, Indented);

    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 3) : null;

    private static double Percentile(double[] values, double share)
    {
        Array.Sort(values);
        return values[Math.Min(values.Length - 1, (int)Math.Ceiling(share * values.Length) - 1)];
    }
}

using System.Diagnostics;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>A cluster of this many nodes that divide the monitors.</summary>
/// <param name="MostPerNode">Monitors of the node that has most.</param>
/// <param name="ThreeRegions">Share of monitors whose vantages stand in three regions.</param>
/// <param name="MovedByOneMore">Share of duties that one more node changes; the newcomer's own are 1 of nodes + 1.</param>
/// <param name="CalmOctets">What one node writes to and reads from stores in a second while nothing happens, by the product's own encoder.</param>
/// <param name="StormOctets">The same while every observation of every node turns.</param>
internal sealed record Scale(int Nodes, int Monitors, double MeanPerNode, int MostPerNode, double ThreeRegions, double MovedByOneMore, double CalmOctets, double StormOctets);

internal static class ScaleRun
{
    private const int Regions = 5;

    /// <summary>Octets around each report in an answer of the store: names, numbers, lengths.</summary>
    private const int Framing = 100;

    public static Scale Of(Topology topology, int nodes)
    {
        (string Node, string? Region)[] all = Nodes(nodes);
        var duties = ProbeDuties.Of(topology, all);
        int[] counts = [.. all.Select(node => duties.CountOf(node.Node))];
        var regionOf = all.ToDictionary(node => node.Node, node => node.Region);
        int three = 0;
        for (int monitor = 0; monitor < topology.Monitors.Length; monitor++)
            three += duties.VantagesOf(monitor).Select(node => regionOf[node]).Distinct().Count() == ProbeDuties.VantagesPerMonitor ? 1 : 0;

        var more = ProbeDuties.Of(topology, Nodes(nodes + 1));
        int moved = 0;
        for (int monitor = 0; monitor < topology.Monitors.Length; monitor++)
            moved += more.VantagesOf(monitor).Except(duties.VantagesOf(monitor)).Count();

        ReportForm[] forms = [.. all.Select((node, i) => ReportForm.Of(Report(topology, duties, node, (ulong)i)))];
        double written = forms.Average(form => form.Record.Length + form.Head.Length + form.Packed.Length) + Framing;
        double heads = forms.Sum(form => form.Head.Length + Framing);
        // Bodies are told anew every 30 s.
        double whole = forms.Sum(form => (form.Packed.Length > 0 ? form.Packed.Length : form.Record.Length) + Framing);
        return new Scale(nodes, topology.Monitors.Length, counts.Average(), counts.Max(), (double)three / topology.Monitors.Length,
            moved / (double)(ProbeDuties.VantagesPerMonitor * topology.Monitors.Length), written + heads + (whole / 30), written + whole);
    }

    /// <summary>Milliseconds that one merge takes.</summary>
    public static double MergeMilliseconds(Topology topology, int nodes)
    {
        (string Node, string? Region)[] all = Nodes(nodes);
        var duties = ProbeDuties.Of(topology, all);
        VantageView[] views = [.. all.Select((node, i) => new VantageView(Report(topology, duties, node, (ulong)i), TimeSpan.FromHours(1), i == 0))];
        HealthTable? table = null;
        double best = double.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long start = Stopwatch.GetTimestamp();
            table = HealthMerge.Merge(topology, views, [], table, table is null ? null : topology, TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }

    private static (string Node, string? Region)[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(i => ($"ns{i}", (string?)$"r{i % Regions}"))];

    private static VantageReport Report(Topology topology, ProbeDuties duties, (string Node, string? Region) node, ulong seed)
    {
        var dice = new Dice(seed, 3);
        var sees = new List<Observation>();
        for (int monitor = 0; monitor < topology.Monitors.Length; monitor++)
        {
            if (duties.VantagesOf(monitor).Contains(node.Node))
            {
                bool isUp = dice.Unit() < 0.97;
                sees.Add(new Observation(topology.Monitors[monitor].Key, isUp ? Verdict.Up : Verdict.Down, isUp ? 3 + dice.Below(50_000) : -1 - dice.Below(500), 300 * dice.Unit(),
                    isUp ? "HTTP 200" : "timeout after 1000 ms connecting"));
            }
        }

        return new VantageReport(node.Node, node.Region, 1_795_000_000, 86_400, true, false, "001795000000000-000000-ns1", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef", sees)
        {
            LatencyHash = "0123456789abcdef",
            Body = 86_370,
        };
    }
}

using System.Diagnostics;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>A cluster of this many nodes that divide the monitors.</summary>
/// <param name="MostPerNode">Monitors of the node that has most.</param>
/// <param name="ThreeRegions">Share of monitors whose vantages stand in three regions.</param>
/// <param name="MovedByOneMore">Share of duties that one more node changes; the newcomer's own are 1 of nodes + 1.</param>
/// <param name="CalmOctets">What one node writes to and reads from stores in a second while nothing happens, by the product's own encoder, mean of a minute.</param>
/// <param name="StormOctets">The same, mean of the ten seconds in which one of five regions dies, with one report a second.</param>
internal sealed record Scale(int Nodes, int Monitors, double MeanPerNode, int MostPerNode, double ThreeRegions, double MovedByOneMore, double CalmOctets, double StormOctets);

internal static class ScaleRun
{
    private const int Regions = 5;

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

        (double calm, double storm) = Traffic(Report(topology, duties, all[0], 0), nodes);
        return new Scale(nodes, topology.Monitors.Length, counts.Average(), counts.Max(), (double)three / topology.Monitors.Length,
            moved / (double)(ProbeDuties.VantagesPerMonitor * topology.Monitors.Length), calm, storm);
    }

    /// <summary>Every node writes its report, as this one's, and reads those of all.</summary>
    private static (double Calm, double Storm) Traffic(VantageReport report, int nodes)
    {
        const int Seconds = 60, StormSeconds = 10;
        var traffic = new ReportTraffic();
        var dice = new Dice(4);
        traffic.Next(report);
        double calm = 0;
        for (int second = 1; second <= Seconds; second++)
        {
            // Half of the monitors are probed in each second.
            report = report with
            {
                Sequence = report.Sequence + 1,
                Observations = [.. report.Observations.Select((seen, i) => (i + second) % 2 == 0 ? seen
                    : seen with { Streak = seen.Streak + Math.Sign(seen.Streak), RttMilliseconds = seen.RttMilliseconds * (0.95 + (0.1 * dice.Unit())) })],
            };
            (int written, int read) = traffic.Next(report);
            calm += (written + ((double)nodes * read)) / Seconds;
        }

        double storm = 0;
        for (int second = 1; second <= StormSeconds; second++)
        {
            // A failure is confirmed at once, so that the first to be told of half of the region's monitors is that they are down; then each fails on every two seconds.
            report = report with
            {
                Sequence = report.Sequence + 1,
                Observations = [.. report.Observations.Select((seen, i) => i % Regions != 0 || (i / Regions % 2) != second % 2 ? seen
                    : seen with { Verdict = Verdict.Down, Streak = Math.Min(seen.Streak, -1) - 1, Detail = "timeout after 1000 ms connecting" })],
            };
            (int written, int read) = traffic.Next(report);
            storm += (written + ((double)nodes * read)) / StormSeconds;
        }

        return (calm, storm);
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
        };
    }
}

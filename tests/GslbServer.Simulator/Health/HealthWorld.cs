using System.Net;
using GslbServer.Probing;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>Vantages that probe endpoints over lossy paths, and nodes that merge what they hear, event by event with a fake clock. Judging, fast confirmation, the raised fall of lossy
/// vantages, blindness, lag and verdicts are the product's own code; networks, pauses and the truth are the world's.</summary>
internal sealed class HealthWorld
{
    /// <summary>TCP handshake, TLS handshake, request and answer: each loss of one of these packets makes the probe late, and so a failure.</summary>
    private const int PacketsPerProbe = 6;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1), Answer = TimeSpan.FromMilliseconds(80), Confirm = TimeSpan.FromSeconds(0.5),
        Coalesce = TimeSpan.FromMilliseconds(40), Repeat = TimeSpan.FromSeconds(10), LagShown = TimeSpan.FromSeconds(7.5);

    private readonly PriorityQueue<Event, (TimeSpan At, long Number)> _events = new();
    private readonly Vantage[] _vantages;
    private Dice _dice;
    private long _number;

    /// <param name="lossPercent">Of packets, by vantage.</param>
    public HealthWorld(ulong seed, int regions, int endpointsPerRegion, double[] lossPercent)
    {
        _dice = new Dice(seed);
        Topology = Build(regions, endpointsPerRegion);
        IsUp = [.. Enumerable.Repeat(true, Topology.Monitors.Length)];
        _vantages = [.. lossPercent.Select((loss, i) => new Vantage(i, Topology.Regions[i % regions].Label, 1 - Math.Pow(1 - (loss / 100), PacketsPerProbe), Topology.Monitors.Length, lossPercent.Length))];
        foreach (Vantage vantage in _vantages)
        {
            for (int monitor = 0; monitor < IsUp.Length; monitor++)
                Schedule(TimeSpan.FromSeconds(_dice.Unit() * Every.TotalSeconds), EventKind.Due, vantage.Index, monitor);
            Schedule(TimeSpan.FromSeconds(_dice.Unit()), EventKind.Beat, vantage.Index, 0);
        }
    }

    public Topology Topology { get; }

    /// <summary>The truth, by monitor.</summary>
    public bool[] IsUp { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>Node, monitor, new verdict.</summary>
    public Action<int, int, Verdict>? Turned { get; set; }

    public HealthTable? TableOf(int node) => _vantages[node].Table;

    /// <summary>A process that stands still: it neither probes nor merges nor reports, and what was under way says nothing.</summary>
    public void Pause(int vantage, TimeSpan length) => (_vantages[vantage].PausedSince, _vantages[vantage].PausedUntil) = (Now, Now + length);

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out Event next, out (TimeSpan At, long Number) when) && when.At <= end)
        {
            _events.Dequeue();
            Now = when.At;
            Handle(next);
        }

        Now = end;
    }

    private void Handle(in Event next)
    {
        Vantage vantage = _vantages[next.Vantage];
        if (vantage.PausedUntil > Now)
        {
            // What waits for the process is done when it goes on; it then knows how late it is.
            vantage.Lag = vantage.PausedUntil - Now > vantage.Lag ? vantage.PausedUntil - Now : vantage.Lag;
            vantage.LagUntil = vantage.PausedUntil + LagShown;
            Schedule(vantage.PausedUntil, next.Kind is EventKind.Failure ? EventKind.Again : next.Kind, next.Vantage, next.Monitor, next.Report);
            return;
        }

        switch (next.Kind)
        {
            case EventKind.Due:
                Schedule(Now + Every, EventKind.Due, next.Vantage, next.Monitor);
                Probe(vantage, next.Monitor);
                break;
            case EventKind.Again:
                Probe(vantage, next.Monitor);
                break;
            case EventKind.Success:
            case EventKind.Failure:
                Count(vantage, next.Monitor, next.Kind == EventKind.Success);
                break;
            case EventKind.Beat:
                Tell(vantage);
                Schedule(Now + Repeat, EventKind.Beat, next.Vantage, 0);
                break;
            case EventKind.News:
                Tell(vantage);
                break;
            case EventKind.Heard:
                vantage.Heard[next.Monitor] = next.Report;
                Merge(vantage);
                break;
        }
    }

    private void Probe(Vantage vantage, int monitor)
    {
        if (vantage.UnderWay[monitor])
            return;
        vantage.UnderWay[monitor] = true;
        bool success = IsUp[monitor] && _dice.Unit() >= vantage.Failing;
        Schedule(Now + (success ? Answer : Timeout), success ? EventKind.Success : EventKind.Failure, vantage.Index, monitor);
    }

    private void Count(Vantage vantage, int monitor, bool success)
    {
        vantage.UnderWay[monitor] = false;
        Check check = Topology.Checks[0];
        JudgeState before = vantage.States[monitor];
        JudgeState after = HealthJudge.Next(before, success, HealthJudge.FallAt(vantage.Baseline.Rate, check.Fall), check.Rise);
        vantage.Baseline.Count(before, success);
        vantage.States[monitor] = after;
        if (HealthJudge.IsNews(before, after, check.Rise))
            Schedule(Now + Coalesce, EventKind.News, vantage.Index, 0);
        if (HealthJudge.IsFalling(after))
            Schedule(Now + Confirm, EventKind.Again, vantage.Index, monitor);
    }

    /// <summary>This node knows at once, the others after the way through the store: a hint, or the next second's read.</summary>
    private void Tell(Vantage vantage)
    {
        if (vantage.LagUntil <= Now)
            vantage.Lag = TimeSpan.Zero;
        Observation[] sees = [.. vantage.States.Select((state, monitor) => new Observation(Topology.Monitors[monitor].Key, state.Verdict, state.Streak, 20, ""))];
        var report = new VantageReport($"ns{vantage.Index}", vantage.Region, 1, ++_number, true, false, "", "", "", "", sees) { Lag = vantage.Lag };
        foreach (Vantage reader in _vantages)
        {
            TimeSpan delay = reader == vantage ? TimeSpan.Zero : TimeSpan.FromSeconds(_dice.Unit() < 0.02 ? _dice.Unit() : 0.02 + (0.2 * _dice.Unit()));
            Schedule(Now + delay, EventKind.Heard, reader.Index, vantage.Index, report);
        }
    }

    private void Merge(Vantage node)
    {
        VantageView[] views = [.. _vantages.Where(v => node.Heard[v.Index] is not null)
            .Select(v => new VantageView(node.Heard[v.Index]!, v.PausedUntil > Now ? v.PausedSince : Now, v == node))];
        HealthTable table = HealthMerge.Merge(Topology, views, [], node.Table, node.Table is null ? null : Topology, Now, DateTimeOffset.UnixEpoch);
        for (int monitor = 0; monitor < IsUp.Length && node.Table is { } before; monitor++)
        {
            if (before.Monitors[monitor].Verdict != table.Monitors[monitor].Verdict)
                Turned?.Invoke(node.Index, monitor, table.Monitors[monitor].Verdict);
        }

        node.Table = table;
    }

    private void Schedule(TimeSpan at, EventKind kind, int vantage, int monitor, VantageReport? report = null) =>
        _events.Enqueue(new Event(kind, vantage, monitor, report), (at, ++_number));

    /// <summary>Regions with as many endpoints each, one steered name to them all, checked as the zone language does by default.</summary>
    internal static Topology Build(int regions, int endpointsPerRegion)
    {
        var records = new List<ConfigRecord> { new(ConfigKind.Check, "web.gslb.example.", "gslb.example.", "gslb.example.", 300, ["https", "path=/healthz", "every=2s"], []) };
        for (int i = 0; i < regions; i++)
        {
            records.Add(new ConfigRecord(ConfigKind.Region, $"r{i}.gslb.example.", "gslb.example.", "gslb.example.", 300, [$"{(i % 100) - 50}", $"{(7 * i % 300) - 150}"],
                [.. Enumerable.Range(0, endpointsPerRegion).Select(n => new IPAddress([10, (byte)(i / 250), (byte)(i % 250), (byte)(n + 1)]))]));
        }

        for (int first = 0; first < regions; first += TargetsPerName)
        {
            string[] targets = [.. Enumerable.Range(first, Math.Min(TargetsPerName, regions - first)).Select(i => $"r{i}")];
            records.Add(new ConfigRecord(ConfigKind.Steer, $"www{first}.gslb.example.", "gslb.example.", "gslb.example.", 30, ["failover", .. targets, "check=web"], []));
        }

        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(records, out Topology? topology);
        return topology ?? throw new InvalidOperationException(problems[0].Message);
    }

    private const int TargetsPerName = 64;

    private enum EventKind : byte
    {
        Due, Again, Success, Failure, Beat, News, Heard,
    }

    private readonly record struct Event(EventKind Kind, int Vantage, int Monitor, VantageReport? Report);

    private sealed class Vantage(int index, string region, double failing, int monitors, int vantages)
    {
        public int Index => index;

        public string Region => region;

        /// <summary>Share of its probes that fail though the endpoint is up.</summary>
        public double Failing => failing;

        public JudgeState[] States { get; } = new JudgeState[monitors];

        public bool[] UnderWay { get; } = new bool[monitors];

        public FailureBaseline Baseline { get; } = new();

        public VantageReport?[] Heard { get; } = new VantageReport?[vantages];

        public HealthTable? Table { get; set; }

        public TimeSpan PausedSince { get; set; }

        public TimeSpan PausedUntil { get; set; }

        public TimeSpan Lag { get; set; }

        public TimeSpan LagUntil { get; set; }
    }
}

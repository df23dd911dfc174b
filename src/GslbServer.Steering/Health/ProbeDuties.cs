using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Who probes what. Up to <see cref="UndividedUpTo"/> monitors every vantage probes all; beyond, each monitor has <see cref="VantagesPerMonitor"/> vantages, drawn by
/// rendezvous hashing over those that live, in distinct regions where possible. Pure: nodes that hear of the same vantages agree, and when one comes or goes only its own
/// monitors move. Frozen.</summary>
public sealed class ProbeDuties
{
    public const int VantagesPerMonitor = 3;

    /// <summary>Below this the work is small, and more vantages see more.</summary>
    public const int UndividedUpTo = 1000;

    private readonly ImmutableArray<(string Node, string? Region)> _vantages;
    private readonly bool[][]? _duties;

    private ProbeDuties(Topology topology, ImmutableArray<(string Node, string? Region)> vantages, bool[][]? duties)
    {
        Topology = topology;
        _vantages = vantages;
        _duties = duties;
    }

    internal Topology Topology { get; }

    /// <summary>False: every vantage probes everything.</summary>
    public bool IsDivided => _duties is not null;

    /// <param name="vantages">Those that live: name, and the region they stand in where that is known.</param>
    /// <param name="before">Given back where nothing changed.</param>
    public static ProbeDuties Of(Topology topology, IEnumerable<(string Node, string? Region)> vantages, ProbeDuties? before = null)
    {
        ImmutableArray<(string Node, string? Region)> live = [.. vantages.OrderBy(vantage => vantage.Node, StringComparer.Ordinal)];
        if (before is not null && ReferenceEquals(before.Topology, topology) && before._vantages.SequenceEqual(live))
            return before;
        bool isDivided = topology.Monitors.Length > UndividedUpTo && live.Length > VantagesPerMonitor;
        return new ProbeDuties(topology, live, isDivided ? Divide(topology, live) : null);
    }

    /// <summary>By monitor, whether it is for this vantage to probe; null: all of them, or none where the vantage is not among those that live.</summary>
    internal bool[]? Of(string node)
    {
        int at = IndexOf(node);
        return at < 0 || _duties is null ? null : _duties[at];
    }

    /// <summary>How many monitors are a vantage's own.</summary>
    public int CountOf(string node) => Of(node)?.Count(isOwn => isOwn) ?? (IndexOf(node) < 0 ? 0 : Topology.Monitors.Length);

    /// <summary>The vantages of a monitor.</summary>
    public IEnumerable<string> VantagesOf(int monitor) => _vantages.Where((_, i) => _duties is null || _duties[i][monitor]).Select(vantage => vantage.Node);

    /// <summary>What a vantage is to probe now: its own monitors, and, of those it has probed until now, the ones that not yet all of their new vantages have judged. So a monitor is
    /// never without votes because it is handed over.</summary>
    /// <param name="present">What it probes now, keys; null for all.</param>
    /// <returns>Keys; null for all.</returns>
    public ImmutableHashSet<string>? Wanted(string node, ImmutableHashSet<string>? present, IReadOnlyList<VantageView> reports, TimeSpan now)
    {
        if (_duties is null || IndexOf(node) is var self && self < 0)
            return null;
        var judged = new HashSet<(string Node, string Monitor)>();
        foreach (VantageView view in reports)
        {
            if (view.IsSelf || view.LastAdvanced < now - HealthMerge.Freshness)
                continue;
            foreach (Observation seen in view.Report.Observations)
            {
                if (seen.Verdict != Verdict.Unknown)
                    judged.Add((view.Report.Node, seen.Monitor));
            }
        }

        var wanted = ImmutableHashSet.CreateBuilder<string>();
        for (int monitor = 0; monitor < Topology.Monitors.Length; monitor++)
        {
            string key = Topology.Monitors[monitor].Key;
            if (_duties[self][monitor] || ((present is null || present.Contains(key)) && VantagesOf(monitor).Any(other => !judged.Contains((other, key)))))
                wanted.Add(key);
        }

        return present is not null && present.SetEquals(wanted) ? present : wanted.ToImmutable();
    }

    private int IndexOf(string node)
    {
        for (int i = 0; i < _vantages.Length; i++)
        {
            if (_vantages[i].Node == node)
                return i;
        }

        return -1;
    }

    private static bool[][] Divide(Topology topology, ImmutableArray<(string Node, string? Region)> vantages)
    {
        bool[][] duties = [.. vantages.Select(_ => new bool[topology.Monitors.Length])];
        ulong[] hashes = [.. vantages.Select(vantage => StableHash.Of(vantage.Node))];
        // One whose region nobody knows stands somewhere of its own.
        int[] places = [.. vantages.Select((vantage, i) => vantage.Region is null ? i : IndexOfRegion(vantages, vantage.Region))];
        ulong[] scores = new ulong[vantages.Length];
        bool[] used = new bool[vantages.Length];
        for (int monitor = 0; monitor < topology.Monitors.Length; monitor++)
        {
            ulong key = StableHash.Of(topology.Monitors[monitor].Key);
            for (int i = 0; i < scores.Length; i++)
                scores[i] = StableHash.Combine(key, hashes[i]);
            Array.Clear(used);
            for (int drawn = 0; drawn < VantagesPerMonitor; drawn++)
            {
                int best = Best(scores, i => !duties[i][monitor] && !used[places[i]]);
                if (best < 0)
                    best = Best(scores, i => !duties[i][monitor]);
                duties[best][monitor] = true;
                used[places[best]] = true;
            }
        }

        return duties;
    }

    private static int IndexOfRegion(ImmutableArray<(string Node, string? Region)> vantages, string region)
    {
        int i = 0;
        while (vantages[i].Region != region)
            i++;
        return i;
    }

    private static int Best(ulong[] scores, Func<int, bool> allowed)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            if (allowed(i) && (best < 0 || scores[i] > scores[best]))
                best = i;
        }

        return best;
    }
}

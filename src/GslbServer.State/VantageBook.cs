using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>The other nodes as last heard. Trusts only pairs (Boot, Sequence) that advance, and measures age by this node's own monotonic clock: neither a store
/// that was rolled back nor a clock that is wrong makes an old report young. Not thread-safe.</summary>
internal sealed class VantageBook
{
    /// <summary>A node unheard of for this long is no longer counted among the vantages.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    /// <summary>How long one that left properly is still shown. It counts no more from the moment it said so.</summary>
    private static readonly TimeSpan FarewellShown = TimeSpan.FromSeconds(60);

    /// <summary>The age given to a report at first sight: it may have lain in the store for as long as reports are kept there. It is fresh once it advances.</summary>
    private static readonly TimeSpan AgeAtFirstSight = Keys.ReportLifetime;

    /// <summary>How long a node counts whose report was found but never seen to advance: long enough to hear any node that lives, short enough that those long
    /// dead, left behind in a store or on disk, do not hold up verdicts.</summary>
    private static readonly TimeSpan RumourCounts = TimeSpan.FromSeconds(15);

    private const int AdvancesToDisplace = 3;

    private readonly Dictionary<string, VantageView> _byNode = [];
    private readonly Dictionary<string, TimeSpan> _rumours = [];

    /// <summary>Lower lives of nodes, as last seen and how often seen to advance.</summary>
    private readonly Dictionary<string, (long Boot, long Sequence, int Advances)> _lower = [];

    /// <returns>Whether a merge could come out differently.</returns>
    public bool Absorb(VantageReport report, TimeSpan now, DateTimeOffset utcNow)
    {
        if (!_byNode.TryGetValue(report.Node, out VantageView? held))
        {
            _byNode[report.Node] = new VantageView(report, now - AgeAtFirstSight, false);
            _rumours[report.Node] = now;
            return !report.Leaving;
        }

        if ((report.Boot, report.Sequence).CompareTo((held.Report.Boot, held.Report.Sequence)) <= 0 && !Displaces(report, held, now))
            return false;
        _lower.Remove(report.Node);
        _byNode[report.Node] = new VantageView(report, now, false) { ClockSkew = report.Clock is { } clock && clock != held.Report.Clock ? clock - utcNow : held.ClockSkew };
        _rumours.Remove(report.Node);
        return held.LastAdvanced < now - HealthMerge.Freshness || ReportChange.Matters(held.Report, report);
    }

    /// <summary>A number that nobody can rise above, once forged or garbled into a store, must not silence a node for good: where what is held has fallen silent and a lower life keeps
    /// advancing, that one is the node. A store that was set back holds still.</summary>
    private bool Displaces(VantageReport report, VantageView held, TimeSpan now)
    {
        if (held.Report.Boot - report.Boot <= StoredReport.MaxLead || held.LastAdvanced >= now - HealthMerge.Freshness)
            return false;
        (long boot, long sequence, int advances) = _lower.GetValueOrDefault(report.Node);
        if (boot != report.Boot || report.Sequence > sequence)
            _lower[report.Node] = (report.Boot, report.Sequence, boot == report.Boot ? advances + 1 : 0);
        return _lower[report.Node].Advances >= AdvancesToDisplace;
    }

    public IEnumerable<VantageView> Shown(TimeSpan now) => _byNode.Values
        .Where(v => !v.Report.Leaving || v.LastAdvanced > now - FarewellShown)
        .Where(v => !_rumours.TryGetValue(v.Report.Node, out TimeSpan since) || now - since <= RumourCounts)
        .OrderBy(v => v.Report.Node, StringComparer.Ordinal);

    /// <summary>What a node would have said had it left properly; null for one not heard of.</summary>
    public VantageReport? FarewellOf(string node) =>
        _byNode.TryGetValue(node, out VantageView? held) ? held.Report with { Sequence = held.Report.Sequence + 1, Leaving = true, Observations = [] } : null;

    /// <summary>Reports to keep on disk: who there is, for the next start.</summary>
    public IEnumerable<VantageReport> Reports => _byNode.Values.Select(v => v.Report);

    /// <returns>Whether any was dropped.</returns>
    public bool Forget(TimeSpan now)
    {
        var unheard = _byNode.Where(v => v.Value.LastAdvanced < now - Remembered).Select(v => v.Key).ToList();
        foreach (string node in unheard)
        {
            _byNode.Remove(node);
            _rumours.Remove(node);
            _lower.Remove(node);
        }

        return unheard.Count > 0;
    }
}

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

    private readonly Dictionary<string, VantageView> _byNode = [];

    /// <returns>Whether a merge could come out differently.</returns>
    public bool Absorb(VantageReport report, TimeSpan now)
    {
        if (!_byNode.TryGetValue(report.Node, out VantageView? held))
        {
            _byNode[report.Node] = new VantageView(report, now - AgeAtFirstSight, false);
            return !report.Leaving;
        }

        if ((report.Boot, report.Sequence).CompareTo((held.Report.Boot, held.Report.Sequence)) <= 0)
            return false;
        _byNode[report.Node] = new VantageView(report, now, false);
        return held.LastAdvanced < now - HealthMerge.Freshness || ReportChange.Matters(held.Report, report);
    }

    public IEnumerable<VantageView> Shown(TimeSpan now) =>
        _byNode.Values.Where(v => !v.Report.Leaving || v.LastAdvanced > now - FarewellShown).OrderBy(v => v.Report.Node, StringComparer.Ordinal);

    /// <summary>Reports to keep on disk: who there is, for the next start.</summary>
    public IEnumerable<VantageReport> Reports => _byNode.Values.Select(v => v.Report);

    /// <returns>Whether any was dropped.</returns>
    public bool Forget(TimeSpan now)
    {
        var unheard = _byNode.Where(v => v.Value.LastAdvanced < now - Remembered).Select(v => v.Key).ToList();
        foreach (string node in unheard)
            _byNode.Remove(node);
        return unheard.Count > 0;
    }
}

using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Reports as last read, so that one that has not advanced is not read again: reads are more frequent than reports, and five thousand monitors take some
/// milliseconds each time.</summary>
internal sealed class ReportCache
{
    private readonly Dictionary<string, (string Boot, string Sequence, VantageReport Report)> _byNode = [];

    /// <returns>Null where the record is not understood, or is another node's.</returns>
    public VantageReport? TryRead(string node, string boot, string sequence, byte[]? record)
    {
        lock (_byNode)
        {
            if (_byNode.TryGetValue(node, out var cached) && cached.Boot == boot && cached.Sequence == sequence)
                return cached.Report;
            if (!StateJson.TryReadReport(record, out VantageReport? report) || report.Node != node)
                return null;
            _byNode[node] = (boot, sequence, report);
            return report;
        }
    }

    /// <summary>Drops the reports of nodes that the store has no more.</summary>
    public void KeepOnly(IReadOnlyList<VantageReport> reports)
    {
        lock (_byNode)
        {
            if (_byNode.Count <= reports.Count)
                return;
            var present = reports.Select(report => report.Node).ToHashSet();
            foreach (string gone in _byNode.Keys.Where(node => !present.Contains(node)).ToList())
                _byNode.Remove(gone);
        }
    }
}

using GslbServer.Steering;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>Reports as last read, so that one that has not advanced is not read again, and of one that has only what is new: reads are more frequent than reports, and five
/// thousand monitors take some milliseconds each time.</summary>
internal sealed class ReportCache
{
    private readonly Dictionary<string, (string Boot, string Sequence, VantageReport Report)> _byNode = [];

    /// <summary>For <see cref="RedisScripts.Read"/>: whose observations are known, and which.</summary>
    public IReadOnlyList<RedisValue> Known
    {
        get
        {
            lock (_byNode)
                return [.. _byNode.Where(node => node.Value.Report.Body > 0).SelectMany(node => new RedisValue[] { node.Key, $"{node.Value.Boot}:{node.Value.Report.Body}" })];
        }
    }

    /// <param name="form">What <paramref name="text"/> is: <c>record</c>, <c>packed</c> or <c>head</c>.</param>
    /// <returns>Null where the record is not understood, or is another node's.</returns>
    public VantageReport? TryRead(string node, string boot, string sequence, string form, byte[]? text)
    {
        lock (_byNode)
        {
            bool isKnown = _byNode.TryGetValue(node, out var cached);
            if (isKnown && cached.Boot == boot && cached.Sequence == sequence)
                return cached.Report;
            byte[]? record = form == "packed" && text is not null ? ReportForm.Unpack(text) : text;
            if (!StateJson.TryReadReport(record, out VantageReport? report) || report.Node != node)
                return null;
            if (form == "head")
            {
                // What the store calls known may be another body after all, if somebody else wrote it.
                if (!isKnown || cached.Report.Body != report.Body)
                    return null;
                report = report with { Observations = cached.Report.Observations };
            }

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

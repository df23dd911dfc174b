using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Puts reports together from what was read and what is known, so that no more is read than changed. Thread-safe.</summary>
internal sealed class ReportReader(StateSigner signer)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _byNode = [];

    /// <summary>What need not be read again: node, boot, revision.</summary>
    public IReadOnlyList<(string Node, long Boot, long Revision)> Have
    {
        get
        {
            lock (_lock)
                return [.. _byNode.Select(known => (known.Key, known.Value.Report.Boot, known.Value.Revision))];
        }
    }

    /// <returns>Null where it is not understood, another's, or not signed as it must be; then the next reading reads it whole.</returns>
    /// <param name="forged">It is for want of a valid signature.</param>
    public VantageReport? TryRead(string key, StoredReport stored, out bool forged)
    {
        lock (_lock)
        {
            Known? known = stored.Record is null ? _byNode.GetValueOrDefault(stored.Node) : null;
            Known? next = stored.IsPlain ? Plain(key, stored, known, out forged) : Whole(key, stored, known, out forged);
            if (next is null)
            {
                _byNode.Remove(stored.Node);
                return null;
            }

            _byNode[stored.Node] = next;
            return next.Report;
        }
    }

    /// <summary>Drops the reports of nodes that the store has no more.</summary>
    public void KeepOnly(IReadOnlySet<string> nodes)
    {
        lock (_lock)
        {
            foreach (string gone in _byNode.Keys.Where(node => !nodes.Contains(node)).ToList())
                _byNode.Remove(gone);
        }
    }

    private Known? Plain(string key, StoredReport stored, Known? known, out bool forged)
    {
        forged = !signer.Verifies(ReportNames.Header(key), [], "");
        if (forged)
            return null;
        if (stored.Record is null)
            return known?.Revision == stored.Sequence && known.Report.Boot == stored.Boot ? known : null;
        return StateJson.TryReadReport(stored.Record, out VantageReport? report) && report.Node == stored.Node ? new Known(report, stored.Sequence) : null;
    }

    private Known? Whole(string key, StoredReport stored, Known? known, out bool forged)
    {
        forged = !signer.Verifies(ReportNames.Header(key), ReportWrite.Header(stored.Boot, stored.Sequence, stored.Revision), stored.Tag);
        if (forged)
            return null;
        if (stored.Record is not null)
        {
            byte[] neutral = ReportNames.Neutral(stored.Record);
            forged = !signer.Verifies(ReportNames.Record(key, stored.Boot, stored.RecordRevision), neutral, stored.RecordTag);
            if (forged || !StateJson.TryReadReport(neutral, out VantageReport? report) || report.Node != stored.Node)
                return null;
            known = new Known(report, stored.RecordRevision);
        }

        if (known is null || known.Report.Boot != stored.Boot)
            return null;
        foreach (byte[] delta in stored.Deltas)
        {
            forged = !signer.TryOpen(ReportNames.Delta(key, stored.Boot, known.Revision + 1), delta, out byte[]? json);
            if (forged || Changed(known.Report, json) is not { } changed)
                return null;
            known = new Known(changed, known.Revision + 1);
        }

        return known.Revision == stored.Revision ? known with { Report = known.Report with { Sequence = stored.Sequence } } : null;
    }

    private static VantageReport? Changed(VantageReport report, byte[]? json)
    {
        if (json is null || !StateJson.TryReadDelta(json, out ReportDelta? delta) || delta.Report.ToReport() is not { } next || next.Node != report.Node || next.Boot != report.Boot)
            return null;
        Observation[] observations = [.. report.Observations];
        foreach (ReportDelta.Change? change in delta.Changes)
        {
            if (change is null || change.Index < 0 || change.Index >= observations.Length || change.Observation.ToObservation() is not { } seen)
                return null;
            observations[change.Index] = seen with { Monitor = observations[change.Index].Monitor };
        }

        return next with { Observations = delta.Changes.Count == 0 ? report.Observations : observations };
    }

    private sealed record Known(VantageReport Report, long Revision);
}

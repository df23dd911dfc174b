namespace GslbServer.Dns;

/// <summary>The last changes of one zone, each from the serial where the one before led to. Frozen; a new change makes a new journal.</summary>
public sealed class ZoneJournal
{
    public static readonly ZoneJournal Empty = new([]);

    private readonly IReadOnlyList<ZoneChange> _changes;

    private ZoneJournal(IReadOnlyList<ZoneChange> changes) => _changes = changes;

    public int Count => _changes.Count;

    /// <summary>The journal with one more change. The oldest go where there are too many; all go where the change does not follow on the last, or its serial does not rise: nobody
    /// could tell which zone a secondary has.</summary>
    public ZoneJournal With(ZoneChange change)
    {
        if (!SerialNumber.IsHigher(change.ToSerial, change.FromSerial) || change.Count > TransferLimits.JournalRecords) return Empty;
        List<ZoneChange> kept = _changes.Count > 0 && _changes[^1].ToSerial == change.FromSerial ? [.. _changes, change] : [change];
        int records = kept.Sum(c => c.Count);
        while (kept.Count > TransferLimits.JournalChanges || records > TransferLimits.JournalRecords)
        {
            records -= kept[0].Count;
            kept.RemoveAt(0);
        }
        return new ZoneJournal(kept);
    }

    /// <summary>The changes that lead from a serial to the last one; empty where the journal does not go back so far.</summary>
    public IReadOnlyList<ZoneChange> Since(uint serial)
    {
        for (int i = 0; i < _changes.Count; i++)
        {
            if (_changes[i].FromSerial == serial) return [.. _changes.Skip(i)];
        }
        return [];
    }
}

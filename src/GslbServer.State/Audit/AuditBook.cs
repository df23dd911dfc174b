namespace GslbServer.State;

/// <summary>The newest entries of all nodes, each once and in order. Not thread-safe.</summary>
/// <param name="capacity">What is older goes; it is still on disk.</param>
internal sealed class AuditBook(int capacity)
{
    private readonly SortedDictionary<string, (AuditEntry Entry, long Arrival)> _byId = new(StringComparer.Ordinal);
    private string _newest = Revision.None;

    public int Count => _byId.Count;

    /// <summary>The highest id that was ever in the book.</summary>
    public string Newest => _newest;

    /// <summary>Counts entries as they come, from whatever node and however old.</summary>
    public long Arrivals { get; private set; }

    /// <returns>Whether it was new.</returns>
    public bool Add(AuditEntry entry)
    {
        if (_byId.ContainsKey(entry.Id) || (Count >= capacity && string.CompareOrdinal(entry.Id, _byId.First().Key) < 0))
            return false;
        _byId.Add(entry.Id, (entry, ++Arrivals));
        if (string.CompareOrdinal(entry.Id, _newest) > 0)
            _newest = entry.Id;
        if (Count > capacity)
            _byId.Remove(_byId.First().Key);
        return true;
    }

    /// <summary>The newest that are wanted, in order.</summary>
    /// <param name="after">Arrivals of an earlier look: only what came since.</param>
    public IReadOnlyList<AuditEntry> Last(int limit, Func<AuditEntry, bool> wanted, long after = 0)
    {
        var found = new List<AuditEntry>();
        foreach ((AuditEntry entry, long arrival) in _byId.Values.Reverse())
        {
            if (arrival <= after || !wanted(entry))
                continue;
            found.Add(entry);
            if (found.Count == limit)
                break;
        }

        found.Reverse();
        return found;
    }
}

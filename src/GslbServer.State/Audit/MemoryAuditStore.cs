using System.Globalization;

namespace GslbServer.State;

/// <summary>An audit trail in this process's memory, bounded as the real one is.</summary>
internal sealed class MemoryAuditStore : IAuditStore
{
    private readonly Lock _lock = new();
    private readonly List<(long At, AuditEntry Entry)> _entries = [];
    private long _last;

    public Task<AuditPage> ReadAsync(string after, int count, CancellationToken cancel)
    {
        lock (_lock)
        {
            long from = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long known) ? known : 0;
            var page = _entries.Where(e => e.At > from).Take(count).ToList();
            long last = page.Count > 0 ? page[^1].At : Math.Min(from, _last);
            return Task.FromResult(new AuditPage(_entries.Count, last.ToString(CultureInfo.InvariantCulture), [.. page.Select(e => e.Entry)], page.Count, 0));
        }
    }

    public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (AuditEntry entry in entries)
                _entries.Add((++_last, entry));
            if (_entries.Count > Keys.AuditLength)
                _entries.RemoveRange(0, _entries.Count - Keys.AuditLength);
        }

        return Task.CompletedTask;
    }

    public Task RefillAsync(IReadOnlyList<AuditEntry> entries, int unlessLength, CancellationToken cancel)
    {
        lock (_lock)
        {
            return _entries.Count < unlessLength ? AppendAsync(entries, cancel) : Task.CompletedTask;
        }
    }

    /// <summary>What a FLUSHALL does.</summary>
    public void Empty()
    {
        lock (_lock)
        {
            _entries.Clear();
            _last = 0;
        }
    }
}

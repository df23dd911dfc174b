namespace GslbServer.State;

/// <summary>Tables of round trips in this process's memory, with the rules of the real store: for those that share a process, and for tests.</summary>
public sealed class MemoryLatencyStore(TimeProvider time, string name = "memory") : ILatencyStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LatencyTableName, (byte[] Octets, long WrittenAt)> _tables = [];
    private readonly Dictionary<string, (Association Association, long WrittenAt)> _associations = [];

    public string Name { get; } = name;

    public event Action? Hinted;

    public Task<IReadOnlyList<LatencyTableName>> ListAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            Fade();
            return Task.FromResult<IReadOnlyList<LatencyTableName>>([.. _tables.OrderByDescending(table => table.Value.WrittenAt).Select(table => table.Key)]);
        }
    }

    public Task<byte[]?> ReadAsync(LatencyTableName name, CancellationToken cancel)
    {
        lock (_lock)
            return Task.FromResult(_tables.TryGetValue(name, out var table) && table.Octets.Length <= LatencyTableName.MaxOctets ? table.Octets : null);
    }

    public Task<bool> TryAddAsync(LatencyTableName name, byte[] octets, CancellationToken cancel)
    {
        lock (_lock)
        {
            Fade();
            if (!_tables.TryAdd(name, (octets, time.GetTimestamp())))
                return Task.FromResult(false);
        }

        Hinted?.Invoke();
        return Task.FromResult(true);
    }

    public Task WriteAssociationAsync(string nonce, Association association, CancellationToken cancel)
    {
        lock (_lock)
        {
            Fade();
            _associations[nonce] = (association, time.GetTimestamp());
        }

        return Task.CompletedTask;
    }

    public Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel)
    {
        lock (_lock)
        {
            Fade();
            return Task.FromResult(_associations.Remove(nonce, out var held) ? held.Association : null);
        }
    }

    private void Fade()
    {
        foreach (LatencyTableName faded in _tables.Where(table => time.GetElapsedTime(table.Value.WrittenAt) > Keys.LatencyLifetime).Select(table => table.Key).ToList())
            _tables.Remove(faded);
        foreach (string faded in _associations.Where(note => time.GetElapsedTime(note.Value.WrittenAt) > Keys.AssociationLifetime).Select(note => note.Key).ToList())
            _associations.Remove(faded);
    }
}

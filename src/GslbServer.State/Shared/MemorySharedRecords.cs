namespace GslbServer.State;

/// <summary>Shared records in this process's memory: for nodes that share a process, and for tests.</summary>
public sealed class MemorySharedRecords(string name = "memory") : ISharedRecords
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Tag, byte[] Record)> _records = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public event Action? Hinted;

    public Task<IReadOnlyDictionary<string, string>> TagsAsync(CancellationToken cancel)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyDictionary<string, string>>(_records.ToDictionary(r => r.Key, r => r.Value.Tag));
    }

    public Task<byte[]?> ReadAsync(string name, CancellationToken cancel)
    {
        lock (_lock)
            return Task.FromResult(_records.TryGetValue(name, out (string Tag, byte[] Record) found) ? found.Record : null);
    }

    public Task<bool> WriteAsync(string name, byte[] record, string tag, string expected, CancellationToken cancel)
    {
        lock (_lock)
        {
            if ((_records.TryGetValue(name, out (string Tag, byte[] Record) found) ? found.Tag : "") != expected)
                return Task.FromResult(false);
            _records[name] = (tag, record);
        }

        Hinted?.Invoke();
        return Task.FromResult(true);
    }

    public Task RemoveAsync(string name, CancellationToken cancel)
    {
        lock (_lock)
            _records.Remove(name);
        return Task.CompletedTask;
    }
}

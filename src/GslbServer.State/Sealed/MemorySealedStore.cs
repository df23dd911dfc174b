using System.Collections.Concurrent;

namespace GslbServer.State;

/// <summary>Sealed records in this process's memory: for nodes that share a process, and for tests.</summary>
public sealed class MemorySealedStore(string name = "memory") : ISealedStore
{
    private readonly ConcurrentDictionary<string, byte[]> _records = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyDictionary<string, byte[]>>(_records.ToDictionary());

    public Task WriteAsync(string zone, byte[] record, CancellationToken cancel)
    {
        _records[zone] = record;
        return Task.CompletedTask;
    }
}

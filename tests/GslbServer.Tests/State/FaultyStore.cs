using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>A store in memory that can be away, hang, lose everything, or be set back to what it was.</summary>
internal sealed class FaultyStore(TimeProvider time, string name = "faulty") : IStateStore
{
    private readonly TaskCompletionSource<StoreContents> _never = new();
    private MemoryStore _store = new(time, name);
    private StoreContents? _saved;

    public bool IsAway { get; set; }

    public bool Hangs { get; set; }

    /// <summary>Like a read-only replica, or a full one: reads go well.</summary>
    public bool TakesNoWrites { get; set; }

    public int Writes { get; private set; }

    public MemoryHeartbeats Heartbeats => _store.Heartbeats;

    public string Name => name;

    public event Action? Hinted;

    public Task<StoreContents> ReadAsync(CancellationToken cancel) => Hangs ? _never.Task.WaitAsync(cancel) : Reach().ReadAsync(cancel);

    public async Task WriteReportAsync(VantageReport report, bool announce, CancellationToken cancel)
    {
        if (Hangs)
            await _never.Task;
        await ReachToWrite().WriteReportAsync(report, announce, cancel);
        if (announce)
            Hinted?.Invoke();
    }

    public Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        Writes++;
        return Hangs ? _never.Task : ReachToWrite().WriteOverridesAsync(overrides, cancel);
    }

    public Task RemoveOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel) => Reach().RemoveOverridesAsync(overrides, cancel);

    public void Empty() => _store = new MemoryStore(time, name);

    public async Task SaveAsync() => _saved = await _store.ReadAsync(default);

    public async Task RestoreAsync()
    {
        Empty();
        foreach (VantageReport report in _saved?.Reports ?? [])
            await _store.WriteReportAsync(report, false, default);
        await _store.WriteOverridesAsync(_saved?.Overrides ?? [], default);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MemoryStore ReachToWrite() => TakesNoWrites ? throw new StoreUnavailableException("read only") : Reach();

    private MemoryStore Reach() => IsAway ? throw new StoreUnavailableException("away") : _store;
}

using GslbServer.State;

namespace GslbServer.Tests;

/// <summary>A store of round trips that can be away.</summary>
internal sealed class FaultyLatencyStore(ILatencyStore store) : ILatencyStore
{
    public volatile bool IsAway;

    public int Attempts;

    public string Name => store.Name;

    public event Action? Hinted
    {
        add => store.Hinted += value;
        remove => store.Hinted -= value;
    }

    public Task<IReadOnlyList<LatencyTableName>> ListAsync(CancellationToken cancel) => Reach().ListAsync(cancel);

    public Task<byte[]?> ReadAsync(LatencyTableName name, CancellationToken cancel) => Reach().ReadAsync(name, cancel);

    public Task<bool> TryAddAsync(LatencyTableName name, byte[] octets, CancellationToken cancel) => Reach().TryAddAsync(name, octets, cancel);

    public Task WriteAssociationAsync(string nonce, Association association, CancellationToken cancel) => Reach().WriteAssociationAsync(nonce, association, cancel);

    public Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel) => Reach().TakeAssociationAsync(nonce, cancel);

    private ILatencyStore Reach()
    {
        Interlocked.Increment(ref Attempts);
        return IsAway ? throw new StoreUnavailableException("away") : store;
    }
}

using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>What this node knows of the others, kept fresh in the background and never waited for: polls every store each second, reads at once on a hint, writes
/// this node's report, spreads overrides to all stores and to disk, and re-adds those that a store has lost.</summary>
public sealed class StateFeed : IAsyncDisposable
{
    /// <param name="stores">The first is this node's own. Empty: this process alone.</param>
    /// <param name="disk">Last known state; null keeps nothing.</param>
    public StateFeed(NodeIdentity self, IReadOnlyList<IStateStore> stores, DiskState? disk, TimeProvider time, Microsoft.Extensions.Logging.ILogger<StateFeed> logger)
        => throw new NotImplementedException();

    /// <summary>Raised on a background thread when a merge could come out differently.</summary>
    public event Action? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>All vantages heard of, this node's own first. Cheap; a fresh immutable list.</summary>
    public IReadOnlyList<VantageView> Vantages => throw new NotImplementedException();

    /// <summary>All overrides known, tombstones included.</summary>
    public IReadOnlyList<OperatorOverride> Overrides => throw new NotImplementedException();

    /// <summary>Per store: name, whether the last read was in time, how long ago the last good one was, what failed.</summary>
    public IReadOnlyList<StoreStatus> Stores => throw new NotImplementedException();

    /// <summary>fresh, stale (no store read for 5 s), frozen (60 s); fresh when there are no stores.</summary>
    public string Mode => throw new NotImplementedException();

    /// <summary>Loads the disk copy and starts the background work. Does not wait for any store.</summary>
    public Task StartAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Announces that this node leaves, then stops; at most one second.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    /// <summary>Replaces what this node observes; in force locally at once, written to the stores with the next report.</summary>
    public void Observe(IReadOnlyList<Observation> observations) => throw new NotImplementedException();

    /// <summary>What this node steers by, for its report.</summary>
    public void Describe(string topologyHash, string zoneHash, string geoHash, string appliedRevision) => throw new NotImplementedException();

    /// <summary>Takes an operator's decision: stamped with a revision above all known, in force here at once, on disk before this returns, and in every store that
    /// can be reached within its deadline. The result names stores that could not.</summary>
    public Task<OverrideReceipt> PutAsync(OperatorOverride value, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

public sealed record NodeIdentity(string Node, string? Region, string Cluster);

public sealed record StoreStatus(string Name, bool IsReachable, TimeSpan SinceLastRead, string? Error, int Unreadable);

/// <param name="Stored">The override with its revision.</param>
/// <param name="Unreached">Stores that do not have it yet; they get it when they return.</param>
public sealed record OverrideReceipt(OperatorOverride Stored, IReadOnlyList<string> Unreached, bool OnDisk);

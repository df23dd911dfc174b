using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A place that nodes share: one Redis, or this process's memory. Writes are fenced by (Boot, Sequence) and by override revision, so that a late or
/// repeated write never undoes a newer one.</summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>For people: endpoint without secrets.</summary>
    string Name { get; }

    /// <summary>Raised on a background thread when a node announced a change: a hint to read now.</summary>
    event Action? Hinted;

    /// <summary>Everything in the store. Records that cannot be read are left out and counted in <see cref="StoreContents.Unreadable"/>.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<StoreContents> ReadAsync(CancellationToken cancel);

    /// <summary>Replaces the report of its node. It fades by itself when it is no longer written.</summary>
    /// <param name="announce">Hint to all readers that it says something new.</param>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task WriteReportAsync(VantageReport report, bool announce, CancellationToken cancel);

    /// <summary>Stores each override whose revision is higher than what the store has for its target, and hints to all readers if there was one.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel);

    /// <summary>Removes each of these whose revision is still what the store has: tombstones that have served their time.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task RemoveOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel);
}

using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A place that nodes share: one Redis, or this process's memory. Writes are fenced by (Boot, Sequence) and by override revision, so that a late or
/// repeated write never undoes a newer one.</summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>For people: endpoint without secrets.</summary>
    string Name { get; }

    /// <summary>Raised on a background thread when another node announced a change: a hint to read now.</summary>
    event Action? Hinted;

    /// <summary>Everything in the store. Records that cannot be read are left out and counted in <see cref="StoreContents.Unreadable"/>.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<StoreContents> ReadAsync(CancellationToken cancel);

    /// <summary>Replaces this node's report. It fades by itself when the node no longer writes.</summary>
    Task WriteReportAsync(VantageReport report, CancellationToken cancel);

    /// <summary>Stores each override whose revision is higher than what the store has for its target.</summary>
    Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel);
}

public sealed record StoreContents(IReadOnlyList<VantageReport> Reports, IReadOnlyList<OperatorOverride> Overrides, int Unreadable);

public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

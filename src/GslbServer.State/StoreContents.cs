using GslbServer.Steering;

namespace GslbServer.State;

/// <param name="Unreadable">Records that were garbage, or of a version that this program does not know.</param>
public sealed record StoreContents(IReadOnlyList<VantageReport> Reports, IReadOnlyList<OperatorOverride> Overrides, int Unreadable)
{
    /// <summary>Of balancers.</summary>
    public IReadOnlyList<BalancerLoad> Heartbeats { get; init; } = [];
}

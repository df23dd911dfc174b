using GslbServer.Steering;

namespace GslbServer.State;

/// <param name="Unreadable">Records that were garbage, or of a version that this program does not know.</param>
public sealed record StoreContents(IReadOnlyList<VantageReport> Reports, IReadOnlyList<OperatorOverride> Overrides, int Unreadable)
{
    /// <summary>Of balancers.</summary>
    public IReadOnlyList<BalancerLoad> Heartbeats { get; init; } = [];

    /// <summary>Records that want a valid signature; counted here alone.</summary>
    public int Forged { get; init; }

    /// <summary>Some reports are left over for the next reading, which should come at once.</summary>
    public bool IsPartial { get; init; }
}

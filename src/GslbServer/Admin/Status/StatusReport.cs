namespace GslbServer;

/// <summary>What <c>GET /api/v1/status</c> and <c>gslb status --json</c> say. Property names are part of the interface.</summary>
/// <param name="Healthy">False when something is down, a node is silent, a store cannot be reached, an override without end is old, or the node is not ready.</param>
/// <param name="NotReady">Why <c>/readyz</c> answers 503; empty when it does not.</param>
/// <param name="Mode"><c>fresh</c>, <c>stale</c> or <c>frozen</c>: how old what the stores said is.</param>
/// <param name="Vantages">Every node heard of, this one first.</param>
internal sealed record StatusReport(bool Healthy, bool Ready, IReadOnlyList<string> NotReady, string Mode, NodeStatus Node, IReadOnlyList<StoreView> Stores,
    IReadOnlyList<VantageStatus> Vantages, IReadOnlyList<RegionStatus> Regions, IReadOnlyList<NameStatus> Names, IReadOnlyList<OverrideView> Overrides,
    IReadOnlyList<ZoneStatus> Zones, ConfigHashes Hashes, LatencyStatus Latency, IReadOnlyList<string> Warnings)
{
    /// <summary>Regions that recovered and wait for an undrain (<c>failback=manual</c>).</summary>
    public IReadOnlyList<HeldStatus> Held { get; init; } = [];

    /// <summary>Keys of zones, as <c>gslb keys list --json</c> has them.</summary>
    public IReadOnlyList<ZoneKeysView> Keys { get; init; } = [];

    /// <summary>Zones from primaries, and catalogs.</summary>
    public IReadOnlyList<SecondaryStatus> Secondaries { get; init; } = [];

    /// <summary>Servers that are told of new serials.</summary>
    public IReadOnlyList<NotifyStatus> Notified { get; init; } = [];
}

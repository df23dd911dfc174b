namespace GslbServer.Steering;

/// <summary>Observations of all vantages + overrides + now -> health. Pure and the same on every node: no leader, no talk.</summary>
public static class HealthMerge
{
    /// <param name="previous">The table before (of the same or another topology): verdicts below quorum are kept from it.</param>
    /// <param name="previousTopology">What <paramref name="previous"/> was made for; monitors are matched by key.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="utcNow">Wall clock, for expiry and scheduled starts of overrides alone.</param>
    public static HealthTable Merge(Topology topology, IReadOnlyList<VantageView> vantages, IReadOnlyList<OperatorOverride> overrides, HealthTable? previous,
        Topology? previousTopology, TimeSpan now, DateTimeOffset utcNow) => throw new NotImplementedException();
}

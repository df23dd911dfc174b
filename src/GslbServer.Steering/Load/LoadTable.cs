using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What of a region's load answers follow from.</summary>
/// <param name="PriceMs">Added to how far its clients are, for names that go by load.</param>
/// <param name="NewsSince">On the clock of <see cref="HealthTable.Now"/>.</param>
public readonly record struct RegionBearing(double PriceMs, RegionNews News, TimeSpan NewsSince);

/// <summary>The load of all regions at one moment. Frozen; made by <see cref="LoadMerge"/>.</summary>
/// <param name="Bearings">As <see cref="Topology.Regions"/>; empty where nothing is reported.</param>
/// <param name="Regions">For people, as <see cref="Topology.Regions"/>.</param>
public sealed record LoadTable(ImmutableArray<RegionBearing> Bearings, ImmutableArray<RegionLoad> Regions)
{
    public static readonly LoadTable None = new([], []);

    public RegionBearing Of(int region) => region < Bearings.Length ? Bearings[region] : default;

    /// <summary>Whether all answers that follow from the one follow from the other.</summary>
    public bool SteersLike(LoadTable other) => Bearings.SequenceEqual(other.Bearings);

    /// <summary>The prices of the targets of a name, by ordinal; null where they change nothing.</summary>
    /// <param name="regions">For each target those that it may lead to: the cheapest counts.</param>
    internal TargetPrices? PricesOf(ImmutableArray<ImmutableArray<int>> regions)
    {
        if (Bearings.IsEmpty || regions.IsEmpty)
            return null;
        double[] prices = new double[regions.Length];
        for (int target = 0; target < prices.Length; target++)
            prices[target] = regions[target].Select(region => Of(region).PriceMs).DefaultIfEmpty().Min();
        return Array.TrueForAll(prices, price => price == prices[0]) ? null : new TargetPrices(prices);
    }
}

/// <summary>Equal where the prices are.</summary>
internal sealed class TargetPrices(double[] ms) : IEquatable<TargetPrices>
{
    /// <summary>By ordinal.</summary>
    public double[] Ms { get; } = ms;

    public bool Equals(TargetPrices? other) => other is not null && Ms.AsSpan().SequenceEqual(other.Ms);

    public override bool Equals(object? obj) => Equals(obj as TargetPrices);

    public override int GetHashCode() => Ms.Aggregate(17, HashCode.Combine);
}

using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>What operators want of the region that this balancer stands in, as they told the DNS nodes: <c>gslb drain</c> and <c>gslb down</c> of the region.</summary>
/// <remarks>One address of it, or one name's use of it, is not the whole region's matter. Of two orders the narrower counts, as on the nodes.</remarks>
internal static class RegionOrder
{
    /// <param name="region">As <see cref="BalancerOptions.Region"/>: one label or a whole name.</param>
    /// <returns>The order in force, or null.</returns>
    public static OperatorOverride? Find(IReadOnlyList<OperatorOverride> orders, string region, DateTimeOffset utcNow)
    {
        string word = region.TrimEnd('.').ToLowerInvariant(), label = word.Split('.')[0];
        IEnumerable<OperatorOverride> inForce = orders.Where(order => order.State != OverrideState.None && !(order.StartsAt > utcNow) && !(order.ExpiresAt <= utcNow));
        OperatorOverride? byOwner = null, byLabel = null;
        foreach (OperatorOverride order in inForce)
        {
            bool isOwner = order.Target.EndsWith('.') && !order.Target.Contains('@');
            string target = order.Target.TrimEnd('.');
            if (isOwner && (target == word || (word == label && target.StartsWith(label + '.', StringComparison.Ordinal)))) byOwner = order;
            else if (target == label) byLabel = order;
        }

        return byOwner ?? byLabel;
    }

    /// <summary>Whether traffic is to leave: <c>up</c> is an order too.</summary>
    public static bool Leaves(OperatorOverride? order) => order is { State: OverrideState.Drain or OverrideState.Down };

    /// <summary>Which share of connections to close after their next answer: more and more, so that their clients do not all look for another region at once.</summary>
    public static double ShareToClose(OperatorOverride? order, DateTimeOffset utcNow)
    {
        if (!Leaves(order)) return 0;
        DateTimeOffset since = order!.StartsAt ?? order.CreatedAt;
        TimeSpan over = order.Ramp > AtOnce ? order.Ramp : AtOnce;
        double share = order.State == OverrideState.Down ? 1 : order.Percent / 100.0;
        return share * Math.Clamp((utcNow - since) / over, 0.05, 1);
    }

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(30);
}

using GslbServer.Steering;

namespace GslbServer;

/// <summary>Nodes whose wall clocks differ: overrides begin, move and end by each node's own.</summary>
internal static class ClockWarnings
{
    /// <summary>Below this it may be the way of the message.</summary>
    private static readonly TimeSpan WorthSaying = TimeSpan.FromSeconds(3);

    public static IEnumerable<string> Of(IEnumerable<VantageView> vantages, TimeSpan now)
    {
        foreach (VantageView view in vantages.Where(view => !view.IsSelf && !view.Report.Leaving && now - view.LastAdvanced <= HealthMerge.Freshness))
        {
            if (view.ClockSkew is { } skew && skew.Duration() >= WorthSaying)
            {
                bool isAhead = skew > TimeSpan.Zero;
                yield return FormattableString.Invariant($"the clock of {view.Report.Node} is {skew.Duration().TotalSeconds:0} s {(isAhead ? "ahead of" : "behind")} this node's: overrides move and end there so much {(isAhead ? "earlier" : "later")}; set clocks by NTP");
            }
        }
    }
}

using GslbServer.Steering;

namespace GslbServer;

/// <summary>An override, and where it stands on this node now.</summary>
internal static class OverrideViewBuilder
{
    /// <summary>Reports are a second apart: a node that lacks an override younger than this may have it by now.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(5);

    public static OverrideView Build(Node node, OperatorOverride value, DateTimeOffset utcNow) =>
        Build(value, node.Serving.Current.Steering, node.Feed.Vantages, node.Traffic, StandingAside.All(node.Serving.Current.Steering), utcNow);

    public static OverrideView Build(OperatorOverride value, SteeringTable steering, IReadOnlyList<VantageView> vantages, IReadOnlyList<RegionTraffic> traffic,
        IReadOnlyList<StandingAside> aside, DateTimeOffset utcNow)
    {
        Topology topology = steering.Plan.Topology;
        OverrideTarget? means = OverrideTarget.Read(value.Target, topology, out _);
        ActiveOverride? active = steering.Health.Overrides.FirstOrDefault(one => one.Override.Revision == value.Revision);
        (DateTimeOffset from, DateTimeOffset to) = OverrideSchedule.Moves(topology, value);
        bool isGone = value.State == OverrideState.None;
        return new OverrideView
        {
            Target = value.Target,
            State = value.State.ToString().ToLowerInvariant(),
            Percent = value.Percent,
            Reason = value.Reason,
            Owner = value.Owner,
            CreatedAt = value.CreatedAt,
            AgeSeconds = Math.Max(0, Math.Round((utcNow - value.CreatedAt).TotalSeconds)),
            StartsAt = value.StartsAt,
            ExpiresAt = value.ExpiresAt,
            Ramp = value.Ramp == TimeSpan.Zero ? null : Durations.Format(value.Ramp),
            Forced = value.Forced,
            Revision = value.Revision,
            Phase = isGone ? "none" : means is null ? "no-target" : Phase(value, active, to + OverrideSchedule.Lead(topology, value), utcNow),
            MovedPercent = Math.Round((active?.Share ?? 0) * 100, 1),
            MovesAt = isGone ? null : from,
            MovedAt = isGone ? null : to,
            StandsAsideAt = [.. aside.Where(one => one.By.Override.Revision == value.Revision).Select(one => one.Name)],
            MissingOn = isGone ? [] : MissingOn(value, vantages, steering.Health.Now, utcNow),
            Arriving = isGone || means is null or { Name: >= 0 } ? [] : [.. traffic.Where(one => means.Regions.Any(region => one.IsOf(topology.Regions[region])))
                .Select(one => new ArrivingTraffic(one.Region, one.Writer, Math.Round(one.Rps, 2), one.InFlight))],
        };
    }

    private static string Phase(OperatorOverride value, ActiveOverride? active, DateTimeOffset settled, DateTimeOffset utcNow) => active switch
    {
        null when value.StartsAt > utcNow => "scheduled",
        { UnderWay: true, Share: 0 } => "lowering-ttl",
        { UnderWay: true } => "moving",
        _ when value.State == OverrideState.Drain && utcNow < settled => "settling",
        _ => "in-force",
    };

    /// <summary>A node tells the highest revision that it steers by: below this one it cannot have it.</summary>
    private static string[] MissingOn(OperatorOverride value, IReadOnlyList<VantageView> vantages, TimeSpan now, DateTimeOffset utcNow) => utcNow - value.CreatedAt < Spread ? [] :
        [.. vantages.Where(view => !view.IsSelf && !view.Report.Leaving && now - view.LastAdvanced <= HealthMerge.Freshness
            && string.CompareOrdinal(view.Report.AppliedRevision, value.Revision) < 0).Select(view => view.Report.Node)];
}

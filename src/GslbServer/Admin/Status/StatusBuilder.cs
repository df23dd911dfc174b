using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Gathers what a node knows into one report.</summary>
internal static class StatusBuilder
{
    /// <summary>An override without an end that is older than this was probably forgotten.</summary>
    public static readonly TimeSpan OldOverride = TimeSpan.FromHours(4);

    /// <summary>After this time a node that lives has been heard.</summary>
    private static readonly TimeSpan HearingOut = TimeSpan.FromSeconds(15);

    /// <summary>From this many vantages on a majority decides.</summary>
    private const int Quorum = 3;

    public static StatusReport Build(Node node, TimeProvider time)
    {
        DateTimeOffset utcNow = time.GetUtcNow();
        Snapshot snapshot = node.Serving.Current;
        SteeringTable steering = snapshot.Steering;
        IReadOnlyList<string> notReady = node.NotReady;
        StateMode mode = node.Feed.Mode;
        IReadOnlyList<VantageView> vantages = node.Feed.Vantages;
        OperatorOverride[] overrides = [.. KnownOverrides.Of(node.Feed, utcNow)];
        StoreView[] stores = [.. node.Feed.Stores.Select(s => new StoreView(s.Name, s.IsReachable, Math.Round(s.SinceLastRead.TotalSeconds, 3), s.Error, s.Unreadable, s.Forged))];
        RegionStatus[] regions = RegionStatusBuilder.Build(steering, vantages, overrides, node.Now);
        ConfigHashes hashes = Hashes(snapshot);
        VantageStatus[] nodes = [.. vantages.Select(v => Vantage(v, hashes, node.Now))];

        VantageStatus[] silent = Silent(nodes, stores, utcNow - node.StartedAt);
        bool isSomethingDown = steering.Health.Monitors.Any(m => m.Verdict == Verdict.Down);
        IReadOnlyList<StandingAside> aside = StandingAside.All(steering);
        OverrideView[] shown = [.. overrides.Select(o => OverrideViewBuilder.Build(o, steering, vantages, node.Traffic, aside, utcNow))];
        HeldStatus[] held = HeldStatus.All(steering);
        IReadOnlyList<SecondaryStatus> secondaries = node.Zones.In.Status();
        bool isHealthy = !isSomethingDown && secondaries.All(z => z.Serial is not null) && stores.All(s => s.Reachable) && silent.Length == 0 && !shown.Any(IsOld) && notReady.Count == 0 && node.Keys.Errors == 0
            && node.Refused.Count == 0;
        return new StatusReport(isHealthy, notReady.Count == 0, notReady, Name(mode), Self(node, utcNow), stores, nodes, regions,
            NameStatusBuilder.Build(steering), shown,
            [.. snapshot.Zones.Zones.Select(z => new ZoneStatus(z.Apex.ToString(), z.Serial, z.Hash))], hashes, LatencyStatus.Of(node),
            [
                .. Refusal(node.Refused), .. Warnings(nodes, silent, stores, mode), .. ClockWarnings.Of(vantages, node.Now), .. HealthWarnings.Of(steering, nodes, node.Now), .. OverrideWarnings.Of(steering, shown, held),
                .. LoadWarnings.Of(steering), .. Drills(node, utcNow), .. AuditWarnings(node), .. node.Keys.Warnings, .. TransferWarnings(secondaries, node), .. node.Warnings,
            ])
        {
            Held = held,
            Keys = node.Keys.Zones,
            Secondaries = secondaries,
            Notified = [.. node.Zones.Notify.Status],
        };
    }

    /// <summary>Nodes that died without a word. Without a store nobody is heard, and a node that has just started has not heard everybody.</summary>
    public static VantageStatus[] Silent(IEnumerable<VantageStatus> nodes, IEnumerable<StoreView> stores, TimeSpan uptime) =>
        uptime < HearingOut || !stores.Any(store => store.Reachable) ? [] : [.. nodes.Where(node => node.IsSilent)];

    /// <summary>Without an end, and older than <see cref="OldOverride"/>.</summary>
    public static bool IsOld(OverrideView value) => value.ExpiresAt is null && value.AgeSeconds - Math.Max(0, ((value.StartsAt ?? value.CreatedAt) - value.CreatedAt).TotalSeconds) > OldOverride.TotalSeconds;

    /// <summary>Else a rehearsal looks like the real thing to whoever is woken by it.</summary>
    private static IEnumerable<string> Drills(Node node, DateTimeOffset utcNow) => node.Feed.Overrides.Select(Drill.Of).OfType<Drill>().Where(drill => drill.EndsAt > utcNow)
        .Select(drill => $"{drill.Region} is in a drill by {drill.Owner} until {drill.EndsAt:u}: its probes count as failed (gslb drill stop {drill.Region})");

    private static IEnumerable<string> AuditWarnings(Node node) => node.Audit.Problems.Select(problem => $"audit trail on disk: {problem}");

    private static IEnumerable<string> TransferWarnings(IReadOnlyList<SecondaryStatus> zones, Node node) =>
    [
        .. zones.Where(z => z.Problem is not null).Select(z => $"zone {z.Zone} from {string.Join(", ", z.Primaries)} ({z.State}): {z.Problem}"),
        .. node.Zones.In.Warnings.Select(conflict => $"catalog: {conflict}"),
        .. node.Zones.Notify.Status.Where(n => !n.Heard && n.Attempts > 0).Select(n => $"{n.Target} has not heard of zone {n.Zone} serial {n.Serial}: {n.Problem}"),
    ];

    private static NodeStatus Self(Node node, DateTimeOffset utcNow) => new(node.Options.Node, node.Options.Region, node.Options.Cluster, BuildInfo.Version,
        node.StartedAt, Math.Round((utcNow - node.StartedAt).TotalSeconds, 3), [.. node.EndPoints.Select(e => e.ToString())]);

    private static ConfigHashes Hashes(Snapshot snapshot) =>
        new(snapshot.Steering.Plan.Topology.Hash, ZoneHashes.Of(snapshot.Zones), snapshot.Steering.Plan.Geo.Hash);

    private static VantageStatus Vantage(VantageView view, ConfigHashes own, TimeSpan now)
    {
        VantageReport report = view.Report;
        var hashes = new ConfigHashes(report.TopologyHash, report.ZoneHash, report.GeoHash);
        return new VantageStatus(report.Node, report.Region, view.IsSelf, view.IsSelf ? 0 : Math.Round((now - view.LastAdvanced).TotalSeconds, 3), report.Leaving,
            report.Observations.Count, report.Observations.Count(o => o.Verdict == Verdict.Up), report.Observations.Count(o => o.Verdict == Verdict.Down),
            report.AppliedRevision, hashes, view.IsSelf || hashes == own, report.LatencyHash ?? "")
        {
            Witness = report.IsWitness,
            ProbeLagSeconds = Math.Round(report.Lag.TotalSeconds, 3),
        };
    }

    /// <summary>As status and metrics have it.</summary>
    public static string Name(StateMode mode) => mode switch { StateMode.Stale => "stale", StateMode.Frozen => "frozen", StateMode.Safe => "safe", _ => "fresh" };

    private static string Consequence(StateMode mode) => mode switch
    {
        StateMode.Stale => "no store is read; this node keeps the verdicts it last heard, and alone brings down only what fails 5 probes in a row",
        StateMode.Frozen => "no store is read for a minute; verdicts and the map of round trips are held, TTLs are the longest",
        _ => "no store was ever read and nothing is on disk; answers follow the zone and this node's own probes",
    };

    private static IEnumerable<string> Refusal(IReadOnlyList<string> errors) => errors.Count == 0 ? []
        : [$"the files were last read with {errors.Count} error{(errors.Count == 1 ? "" : "s")} and not taken over: {errors[0]}{(errors.Count == 1 ? "" : "; ...")}"];

    private static IEnumerable<string> Warnings(IReadOnlyList<VantageStatus> nodes, IReadOnlyList<VantageStatus> silent, IReadOnlyList<StoreView> stores, StateMode mode)
    {
        int present = nodes.Count(n => !n.Leaving && !n.IsSilent);
        if (present < Quorum)
        {
            yield return $"{present} vantage{(present == 1 ? "" : "s")}: with fewer than {Quorum} no majority can outvote one that sees wrongly";
        }

        foreach (VantageStatus node in silent)
        {
            yield return $"node {node.Node} has not been heard for {Durations.FormatAge(TimeSpan.FromSeconds(node.AgeSeconds))} (if it will not return: gslb node forget {node.Node})";
        }

        foreach (VantageStatus node in nodes.Where(n => !n.SameConfig && !n.Leaving && !n.IsSilent))
        {
            yield return $"node {node.Node} steers by other zones or geodata than this one";
        }

        foreach (StoreView store in stores.Where(s => !s.Reachable))
        {
            yield return $"store {store.Name} cannot be used{(store.Error is null ? "" : $": {store.Error}")}";
        }

        foreach (StoreView store in stores.Where(s => s.Forged > 0))
        {
            yield return $"store {store.Name} holds {store.Forged} record{(store.Forged == 1 ? "" : "s")} without a valid signature: they are not believed";
        }

        if (mode != StateMode.Fresh)
        {
            yield return $"shared state is {Name(mode)}: {Consequence(mode)}";
        }
    }
}

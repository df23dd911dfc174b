using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Where each override stands at a moment: not begun, TTLs falling, traffic moving, in force, over.</summary>
public static class OverrideSchedule
{
    /// <summary>TTLs are given at most this long to fall before traffic moves, whatever the zone's largest TTL.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(5);

    /// <returns>Ordered by target. Those that only wait for TTLs to fall are there with a share of 0.</returns>
    public static ImmutableArray<ActiveOverride> InForce(Topology topology, IReadOnlyList<OperatorOverride> overrides, TimeSpan now, DateTimeOffset utcNow)
    {
        var active = new List<ActiveOverride>();
        foreach (OperatorOverride value in overrides)
        {
            if (value.State == OverrideState.None || value.ExpiresAt <= utcNow)
                continue;
            if (At(value, Lead(topology, value), now, utcNow) is { } state)
                active.Add(state);
        }

        active.Sort((a, b) => string.CompareOrdinal(a.Override.Target, b.Override.Target));
        return [.. active];
    }

    /// <summary>Undrains: tombstones, and overrides that ended by themselves.</summary>
    public static ImmutableArray<ReleasedOverride> Released(IReadOnlyList<OperatorOverride> overrides, TimeSpan now, DateTimeOffset utcNow)
    {
        var released = ImmutableArray.CreateBuilder<ReleasedOverride>();
        foreach (OperatorOverride value in overrides)
        {
            DateTimeOffset? at = value.State == OverrideState.None ? value.CreatedAt : value.ExpiresAt <= utcNow ? value.ExpiresAt : null;
            if (at is { } when)
                released.Add(new ReleasedOverride(value.Target, when >= utcNow ? now : now - (utcNow - when)));
        }

        return released.ToImmutable();
    }

    private static ActiveOverride? At(OperatorOverride value, TimeSpan lead, TimeSpan now, DateTimeOffset utcNow)
    {
        DateTimeOffset start = value.StartsAt ?? value.CreatedAt;
        if (value.State != OverrideState.Drain)
            return value.StartsAt > utcNow ? null : new ActiveOverride(value, value.State == OverrideState.Up ? 0 : Percent(value), Monotonic(start), false);

        (DateTimeOffset move, DateTimeOffset end) = Moves(value, lead);

        if (value.StartsAt - lead > utcNow)
            return null;
        bool immediate = value.StartsAt is null && value.Ramp == TimeSpan.Zero;
        if (immediate || utcNow >= end)
            return new ActiveOverride(value, Percent(value), Monotonic(end), false);
        if (utcNow < move)
            return new ActiveOverride(value, 0, Monotonic(value.StartsAt - lead > value.CreatedAt ? start - lead : value.CreatedAt), true);
        return new ActiveOverride(value, Percent(value) * ((utcNow - move) / value.Ramp), now, true);

        // Another node's clock may run ahead of ours: nothing changed later than now.
        TimeSpan Monotonic(DateTimeOffset at) => at >= utcNow ? now : now - (utcNow - at);
    }

    /// <summary>When traffic begins to move, and when it has: equal without a ramp. By the clock of whoever decided.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Moves(Topology topology, OperatorOverride value)
        => value.State == OverrideState.Drain ? Moves(value, Lead(topology, value)) : (value.StartsAt ?? value.CreatedAt, value.StartsAt ?? value.CreatedAt);

    /// <summary>Traffic moves one lead after the decision; a scheduled drain has its lead before the hour it was given.</summary>
    private static (DateTimeOffset From, DateTimeOffset To) Moves(OperatorOverride value, TimeSpan lead)
    {
        DateTimeOffset start = value.StartsAt ?? value.CreatedAt;
        DateTimeOffset from = value.Ramp > TimeSpan.Zero && value.CreatedAt + lead > start ? value.CreatedAt + lead : start;
        return (from, from + value.Ramp);
    }

    private static double Percent(OperatorOverride value) => Math.Clamp(value.Percent, 0, 100) / 100.0;

    /// <summary>The longest TTL of the names that steer to the target: after it no honouring resolver holds an answer with the long TTL.</summary>
    public static TimeSpan Lead(Topology topology, OperatorOverride value)
    {
        int at = value.Target.IndexOf('@', StringComparison.Ordinal);
        string name = at < 0 ? "" : value.Target[..at];
        string region = value.Target[(at + 1)..];
        int slash = region.IndexOf('/', StringComparison.Ordinal);
        region = slash < 0 ? region : region[..slash];

        uint ttlSeconds = 0;
        foreach (SteeredName steered in topology.Names)
        {
            if (steered.Ttl > ttlSeconds && (name.Length == 0 || name == steered.Owner) && SteersTo(topology, steered, region))
                ttlSeconds = steered.Ttl;
        }

        var lead = TimeSpan.FromSeconds(ttlSeconds);
        return lead < LongestLead ? lead : LongestLead;
    }

    private static bool SteersTo(Topology topology, SteeredName steered, string region)
    {
        foreach (Target target in steered.Targets)
        {
            if (!target.IsName && (topology.Regions[target.Index].Label == region || topology.Regions[target.Index].Name == region))
                return true;
        }

        return false;
    }
}

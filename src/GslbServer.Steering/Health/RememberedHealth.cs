using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What a node that stops is to know of a monitor when it starts again. Ages instead of times: monotonic clocks end with the process.</summary>
/// <param name="Monitor"><see cref="Monitor.Key"/>.</param>
/// <param name="ChangedAgo">Since the verdict last changed between up and down; null when it never did.</param>
/// <param name="Penalty">As <see cref="FlapDamping.Penalty"/>, <paramref name="PenaltyAgo"/> ago.</param>
/// <param name="SuppressedFor">Until <see cref="FlapDamping.SuppressedUntil"/>, negative where that is over; null for never.</param>
public sealed record RememberedHealth(string Monitor, Verdict Verdict, TimeSpan? ChangedAgo, double Penalty, TimeSpan PenaltyAgo, int Flaps, TimeSpan? SuppressedFor)
{
    /// <summary>Changes older than this matter to nobody any more: as long as an undrain is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Those of which there is more to know than that they are up.</summary>
    public static IReadOnlyList<RememberedHealth> Of(Topology topology, HealthTable health, TimeSpan now)
    {
        var all = new List<RememberedHealth>();
        for (int i = 0; i < health.Monitors.Length; i++)
        {
            MonitorHealth found = health.Monitors[i];
            TimeSpan? changed = found.ChangedAt == TimeSpan.MinValue ? null : now - found.ChangedAt;
            FlapDamping damping = found.Damping;
            if (found.Verdict == Verdict.Down || changed <= Kept || damping.Flaps > 0)
            {
                all.Add(new RememberedHealth(topology.Monitors[i].Key, found.Verdict, changed < Kept ? changed : null, damping.Penalty, damping.Flaps == 0 ? TimeSpan.Zero : now - damping.At,
                    damping.Flaps, damping.SuppressedUntil - now));
            }
        }

        return all;
    }

    /// <summary>The table to begin with: what was known, its times moved onto this process's clock.</summary>
    public static HealthTable Restore(Topology topology, IReadOnlyList<RememberedHealth> remembered, TimeSpan now)
    {
        var byKey = new Dictionary<string, RememberedHealth>();
        foreach (RememberedHealth one in remembered)
            byKey[one.Monitor] = one;
        return HealthTable.Unknown(topology, now) with { Monitors = [.. topology.Monitors.Select(monitor => Restored(byKey.GetValueOrDefault(monitor.Key), now))] };
    }

    /// <summary>Whether the one would be remembered as the other.</summary>
    public static bool IsSame(HealthTable left, HealthTable right)
    {
        ImmutableArray<MonitorHealth> a = left.Monitors, b = right.Monitors;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].Verdict != b[i].Verdict || a[i].ChangedAt != b[i].ChangedAt || a[i].Damping != b[i].Damping)
                return false;
        }

        return true;
    }

    private static MonitorHealth Restored(RememberedHealth? one, TimeSpan now)
    {
        TimeSpan changedAt = one?.ChangedAgo is { } ago && ago <= Kept ? now - ago : TimeSpan.MinValue;
        return new MonitorHealth(one?.Verdict ?? Verdict.Unknown, true, changedAt, default)
        {
            Damping = one is not { Flaps: > 0 } ? default : new FlapDamping(one.Penalty, now - one.PenaltyAgo, one.Flaps, now + one.SuppressedFor),
        };
    }
}

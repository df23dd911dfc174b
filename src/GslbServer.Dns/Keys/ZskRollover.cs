namespace GslbServer.Dns;

/// <summary>Rolls ZSKs by pre-publication (RFC 6781 section 4.1.1.1, RFC 7583 section 3.2.1). Pure: keys, policy and the time in, what to do out; doing it and asking again comes to an end, whatever
/// was done in part and however long nobody asked.</summary>
public static class ZskRollover
{
    /// <returns>Nothing where the policy has no lifetime: then an operator rolls.</returns>
    public static KeyPlan Plan(IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset now)
    {
        if (policy.ZskLifetime is null || IsEnding(keys)) return KeyPlan.Nothing;
        now = KeyTimes.Seconds(now);
        ZoneKey[] zsks = [.. keys.Where(k => !k.IsKsk && !k.Times.IsAbsent && k.StateAt(now) != KeyState.Removed).OrderBy(k => k.Times.Activate ?? DateTimeOffset.MaxValue).ThenBy(k => k.Key.Tag)];
        if (zsks.LastOrDefault(k => k.StateAt(now) == KeyState.Active) is not { } current) return KeyPlan.Nothing;
        ZoneKey[] successors = [.. zsks.Where(k => k.Key.Algorithm == current.Key.Algorithm && k.StateAt(now) is KeyState.Future or KeyState.Published && k.Times.Activate > now)];
        return successors switch
        {
            [] when Due(current, policy) is { } due && now >= due - policy.PrePublish => Start(current, policy, due, now),
            [] => Overlaps(zsks, current, policy, now),
            [var one] => Hand(zsks, one, policy, now),
            // Two nodes that did not hear of each other made one each: neither signs yet, and every node decides alike which stays.
            [var one, .. var others] => new(null, [.. others.Select(k => k with { Times = k.Times with { Delete = now } }), .. Hand(zsks, one, policy, now).Change]),
        };
    }

    /// <summary>A roll that an operator asks for now.</summary>
    /// <returns>Null when one is under way, or no ZSK signs.</returns>
    public static KeyPlan? RollNow(IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset now)
    {
        now = KeyTimes.Seconds(now);
        ZoneKey[] zsks = [.. keys.Where(k => !k.IsKsk)];
        return zsks.Where(k => k.StateAt(now) == KeyState.Active).MaxBy(k => k.Times.Activate) is not { } current || IsEnding(keys) || zsks.Any(k => k.Times.Activate > now && k.StateAt(now) != KeyState.Removed)
            ? null : Start(current, policy, now + policy.PublishInterval, now);
    }

    /// <summary>Every KSK has an end: the zone is about to be unsigned, and nothing follows.</summary>
    private static bool IsEnding(IReadOnlyList<ZoneKey> keys) => keys.Any(k => k.IsKsk) && keys.Where(k => k.IsKsk).All(k => k.Times.Delete is not null);

    /// <summary>When the successor of this key is to sign: at the end that it has, or at that of its lifetime.</summary>
    private static DateTimeOffset? Due(ZoneKey key, KeyPolicy policy) => key.Times.Inactive ?? key.Times.Activate + policy.ZskLifetime;

    private static KeyPlan Start(ZoneKey current, KeyPolicy policy, DateTimeOffset due, DateTimeOffset now)
    {
        DateTimeOffset activate = due > now + policy.PublishInterval ? due : now + policy.PublishInterval;
        return new(new NewKey(DnssecKey.ZoneKey, current.Key.Algorithm, new KeyTimes(now, now, activate)), [Retire(current, activate, policy)]);
    }

    /// <summary>Whoever signs when the successor comes ends then: also after a crash between making the one and ending the other.</summary>
    private static KeyPlan Hand(ZoneKey[] zsks, ZoneKey successor, KeyPolicy policy, DateTimeOffset now)
    {
        DateTimeOffset at = successor.Times.Activate!.Value;
        return new(null, [.. zsks.Where(k => k.StateAt(now) == KeyState.Active && k.Key.Algorithm == successor.Key.Algorithm && k.Times.Inactive != at).Select(k => Retire(k, at, policy))]);
    }

    /// <summary>Several sign, as when the handing over was missed altogether: the last that began stays.</summary>
    private static KeyPlan Overlaps(ZoneKey[] zsks, ZoneKey current, KeyPolicy policy, DateTimeOffset now)
        => new(null, [.. zsks.Where(k => k != current && k.StateAt(now) == KeyState.Active && k.Key.Algorithm == current.Key.Algorithm && k.Times.Inactive is null
            && current.Times.Publish + policy.PublishInterval <= now).Select(k => Retire(k, now, policy))]);

    private static ZoneKey Retire(ZoneKey key, DateTimeOffset at, KeyPolicy policy) => key with { Times = key.Times with { Inactive = at, Delete = at + policy.RetireInterval } };
}

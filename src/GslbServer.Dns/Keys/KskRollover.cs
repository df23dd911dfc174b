namespace GslbServer.Dns;

/// <summary>Where the change of the key that the parent points at stands.</summary>
public enum KskStage
{
    /// <summary>Nothing is under way.</summary>
    Settled,

    /// <summary>The new key is published; the parent must not change its DS yet, since caches may lack the key.</summary>
    Spreading,

    /// <summary>It is the parent's turn, and the operator's word is awaited.</summary>
    AwaitingDs,

    /// <summary>The parent has changed its DS; the old key goes once no cache has the old DS.</summary>
    Leaving,
}

/// <summary>Changes the KSK, or the one key of a zone that has one: both sign until the parent points at the new one alone (double-KSK and double-signature of RFC 7583 section 3.3, RFC 6781
/// section 4.1.2). An operator, or the parent's DS set, says when. Pure, as <see cref="ZskRollover"/> is; the times in the keys are all that is remembered.</summary>
public static class KskRollover
{
    /// <summary>The KSKs that count now, the oldest first.</summary>
    public static ZoneKey[] Live(IEnumerable<ZoneKey> keys, DateTimeOffset now)
        => [.. keys.Where(k => k.IsKsk && k.StateAt(now) != KeyState.Removed).OrderBy(k => k.Times.Activate ?? k.Times.Created ?? DateTimeOffset.MinValue).ThenBy(k => k.Times.SyncDelete is null).ThenBy(k => k.Key.Tag)];

    public static KskStage StageOf(IEnumerable<ZoneKey> keys, DateTimeOffset now)
    {
        ZoneKey[] live = Live(keys, now);
        if (live.Length < 2) return KskStage.Settled;
        if (live[..^1].All(k => k.Times.Delete is not null)) return KskStage.Leaving;
        return live[^1].Times.SyncPublish > now ? KskStage.Spreading : KskStage.AwaitingDs;
    }

    /// <summary>The times of a zone's first keys: the parent may have a DS once caches have no unsigned answers any more.</summary>
    public static KeyTimes First(bool isKsk, KeyPolicy policy, DateTimeOffset now)
    {
        now = KeyTimes.Seconds(now);
        return new(now, now, now, SyncPublish: isKsk ? now + Longest(policy) : null);
    }

    /// <returns>Null when there is no KSK, or one is changed already.</returns>
    public static KeyPlan? Start(IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset now)
    {
        now = KeyTimes.Seconds(now);
        if (Live(keys, now) is not [var old]) return null;
        // One key for all signs data too: caches must have its signatures before the old key may go.
        bool isOnly = !keys.Any(k => !k.IsKsk && k.StateAt(now) == KeyState.Active);
        DateTimeOffset turn = now + (isOnly ? Longest(policy) : policy.PublishInterval);
        return new(new NewKey(DnssecKey.SecureEntryPoint, old.Key.Algorithm, new KeyTimes(now, now, now, SyncPublish: turn)), [old with { Times = WithoutSync(old.Times, turn) }]);
    }

    /// <summary>The parent points at the new key: the old one goes when no cache has the old DS any more.</summary>
    /// <param name="parentTtl">TTL of the DS set, where the parent was asked; null: that of the policy.</param>
    public static KeyPlan Finish(IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset now, TimeSpan? parentTtl = null)
    {
        now = KeyTimes.Seconds(now);
        DateTimeOffset end = now + (parentTtl ?? policy.ParentTtl) + policy.Propagation;
        return new(null, [.. Live(keys, now)[..^1].Where(k => k.Times.Delete is null).Select(k => k with { Times = WithoutSync(k.Times, now) with { Inactive = end, Delete = end } })]);
    }

    /// <summary>The parent has no DS any more: signatures may go when no cache has one. Then the zone is not signed.</summary>
    public static KeyPlan Unsign(IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset now, TimeSpan? parentTtl = null)
    {
        now = KeyTimes.Seconds(now);
        DateTimeOffset end = now + (parentTtl ?? policy.ParentTtl) + policy.Propagation;
        return new(null, [.. keys.Where(k => k.StateAt(now) != KeyState.Removed).Select(k => k with { Times = k.Times with { Inactive = end, Delete = end } })]);
    }

    private static TimeSpan Longest(KeyPolicy policy) => policy.PublishInterval > policy.RetireInterval ? policy.PublishInterval : policy.RetireInterval;

    /// <summary>A time that is past stays as it was.</summary>
    private static KeyTimes WithoutSync(KeyTimes times, DateTimeOffset at) => times.SyncDelete < at ? times : times with { SyncDelete = at };
}

using GslbServer.Dns;

namespace GslbServer;

/// <summary>A key for people and scripts.</summary>
/// <param name="Role"><c>ksk</c>, <c>zsk</c>, or <c>csk</c>: one key for both.</param>
/// <param name="State"><c>future</c>, <c>published</c>, <c>active</c>, <c>retired</c>, <c>removed</c>.</param>
/// <param name="Next">What comes next: <c>publish</c>, <c>sign</c>, <c>CDS</c>, <c>end CDS</c>, <c>retire</c>, <c>remove</c>; null when nothing is set.</param>
/// <param name="HasPrivate">Whether its private part is here.</param>
internal sealed record KeyView(int Tag, int Algorithm, string Role, string State, DateTimeOffset? Created, DateTimeOffset? Publish, DateTimeOffset? Activate, DateTimeOffset? Inactive,
    DateTimeOffset? Delete, DateTimeOffset? SyncPublish, DateTimeOffset? SyncDelete, string? Next, DateTimeOffset? NextAt, bool HasPrivate, string File);

/// <summary>The keys of a zone for people and scripts.</summary>
/// <param name="Signed">Whether any key is published.</param>
/// <param name="KskStage"><c>settled</c>, <c>spreading</c>, <c>awaitingDs</c>, <c>leaving</c>.</param>
/// <param name="NextRoll">When the ZSK is to be rolled; null where nothing rolls it.</param>
/// <param name="BundleEnds">Of an offline KSK; null without one.</param>
internal sealed record ZoneKeysView(string Zone, bool Signed, string Denial, string KskStage, IReadOnlyList<KeyView> Keys, DateTimeOffset? NextRoll, DateTimeOffset? BundleEnds,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Before this time to the end of a bundle, somebody should make the next.</summary>
    private static readonly TimeSpan BundleNotice = TimeSpan.FromDays(14);

    /// <summary>So long after a parent may change its DS it should have.</summary>
    private static readonly TimeSpan DsPatience = TimeSpan.FromDays(7);

    public static ZoneKeysView Of(ZoneKeys zone, DateTimeOffset now)
    {
        bool hasZsk = zone.Keys.Any(k => !k.IsKsk && k.StateAt(now) is KeyState.Active or KeyState.Published or KeyState.Retired);
        ZoneKey? current = zone.Keys.Where(k => !k.IsKsk && k.StateAt(now) == KeyState.Active).MaxBy(k => k.Times.Activate);
        return new ZoneKeysView($"{zone.Zone}", zone.Keys.Any(k => k.StateAt(now) is KeyState.Published or KeyState.Active or KeyState.Retired), $"{zone.Policy.Denial}".ToLowerInvariant(),
            Camel($"{KskRollover.StageOf(zone.Keys, now)}"), [.. zone.Keys.OrderBy(k => !k.IsKsk).ThenBy(k => k.Times.Activate ?? DateTimeOffset.MaxValue).Select(k => Key(k, hasZsk, now))],
            current?.Times.Inactive ?? (zone.Bundle is null ? current?.Times.Activate + zone.Policy.ZskLifetime : null), zone.Bundle?.Ends, [.. WarningsOf(zone, now)]);
    }

    private static KeyView Key(ZoneKey key, bool hasZsk, DateTimeOffset now)
    {
        KeyTimes times = key.Times;
        (DateTimeOffset At, string What)? next = times.Next(now);
        return new KeyView(key.Key.Tag, (int)key.Key.Algorithm, !key.IsKsk ? "zsk" : hasZsk ? "ksk" : "csk", $"{key.StateAt(now)}".ToLowerInvariant(), times.Created, times.Publish, times.Activate,
            times.Inactive, times.Delete, times.SyncPublish, times.SyncDelete, next?.What, next?.At, key.Key.CanSign, key.FileName);
    }

    private static IEnumerable<string> WarningsOf(ZoneKeys zone, DateTimeOffset now)
    {
        ZoneKey[] live = KskRollover.Live(zone.Keys, now);
        switch (KskRollover.StageOf(zone.Keys, now))
        {
            case Dns.KskStage.AwaitingDs when live[^1].Times.SyncPublish + DsPatience < now:
                yield return $"{zone.Zone} waits since {live[^1].Times.SyncPublish!.Value.UtcDateTime:u} for its parent to have a DS of key {live[^1].Label}; then gslb keys roll {zone.Zone} --ksk --ds-seen";
                break;
            case Dns.KskStage.AwaitingDs:
                yield return $"{zone.Zone}: it is the parent's turn to have a DS of key {live[^1].Label} alone; then gslb keys roll {zone.Zone} --ksk --ds-seen";
                break;
        }

        if (zone.Policy.Cds == CdsPolicy.Delete && live.Length > 0 && live.All(k => k.Times.Delete is null))
        {
            yield return $"{zone.Zone} asks its parent to remove its DS; once it has, gslb keys unsign {zone.Zone} --ds-gone";
        }

        if (zone.Bundle is { } bundle && bundle.Ends - now < BundleNotice)
        {
            yield return bundle.Ends > now
                ? $"{zone.Zone}: the bundle of signatures over its keys ends at {bundle.Ends.UtcDateTime:u}; make the next with gslb keys sign-bundle where the key-signing key is"
                : $"{zone.Zone}: the bundle of signatures over its keys has ended; they are valid until {bundle.Slots[^1].Expires.UtcDateTime:u}, then the zone is bogus";
        }

        if (zone.Keys.Any(k => !k.IsKsk && k.StateAt(now) == KeyState.Active && k.Times.Inactive - now < zone.Policy.PublishInterval)
            && !zone.Keys.Any(k => !k.IsKsk && (k.StateAt(now) == KeyState.Active && k.Times.Inactive is null || k.Times.Activate > now)))
        {
            yield return $"{zone.Zone}: its zone-signing key ends and no other follows; gslb keys roll {zone.Zone} --zsk";
        }
    }

    private static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}

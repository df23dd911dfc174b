namespace GslbServer.Dns;

/// <summary>From keys with times to what a zone is signed with at one moment.</summary>
public static class KeySchedule
{
    /// <param name="bundle">Signatures over the DNSKEY set made elsewhere; null where this zone has none.</param>
    /// <param name="problems">Takes what makes signing impossible, a line each.</param>
    /// <returns>Null when no key is published now, or with problems.</returns>
    public static ZoneKeySet? At(DomainName zone, IReadOnlyList<ZoneKey> keys, KeyPolicy policy, KeyBundle? bundle, DateTimeOffset now, ICollection<string> problems)
    {
        ZoneKey[] published = [.. keys.Where(k => k.StateAt(now) is KeyState.Published or KeyState.Active or KeyState.Retired).OrderBy(k => !k.IsKsk).ThenBy(k => k.Key.Tag)];
        if (published.Length == 0) return null;
        ZoneKey[] active = [.. published.Where(k => k.StateAt(now) == KeyState.Active)];
        ZoneKey[] keySigners = [.. active.Where(k => k.IsKsk)], zoneSigners = [.. ZoneSigners(active)];
        int before = problems.Count;
        foreach (DnssecAlgorithm algorithm in published.Select(k => k.Key.Algorithm).Distinct())
        {
            if (!keySigners.Any(k => k.Key.Algorithm == algorithm))
                problems.Add($"{zone}: no key-signing key (flags 257) of algorithm {(byte)algorithm} is active, but keys of that algorithm are published; expected one (RFC 4035 section 2.2)");
        }
        foreach (ZoneKey key in zoneSigners.Where(k => !k.Key.CanSign))
            problems.Add($"{zone}: key {key.Label} signs now and its private part, {key.FileName}.private, is not here");
        BundleSlot? slot = bundle?.SlotAt([.. published.Select(k => k.Key)], now);
        foreach (ZoneKey key in keySigners.Where(k => !k.Key.CanSign && bundle is null))
            problems.Add($"{zone}: key {key.Label} signs now, and there is neither {key.FileName}.private nor a bundle of signatures ({KeyBundle.FileNameOf(zone)})");
        if (bundle is not null && slot is null && keySigners.Any(k => !k.Key.CanSign))
            problems.Add(bundle.Explain(now));
        if (problems.Count > before) return null;
        ZoneKey[] synced = policy.Cds == CdsPolicy.Publish ? [.. published.Where(k => k.IsKsk && k.Times.IsSynced(now))] : [];
        bool asksForNone = policy.Cds == CdsPolicy.Delete;
        return new()
        {
            Published = [.. published.Select(k => k.Key)],
            KeySigners = slot is null ? [.. keySigners.Select(k => k.Key)] : [],
            ZoneSigners = [.. zoneSigners.Select(k => k.Key)],
            Cds = slot is not null ? slot.Cds : asksForNone ? [DelegationSigner.DeleteCds] : [.. synced.Select(k => DelegationSigner.Of(zone, k.Key, DelegationSigner.Sha256))],
            Cdnskey = slot is not null ? slot.Cdnskey : asksForNone ? [DelegationSigner.DeleteCdnskey] : [.. synced.Select(k => k.Key.Rdata.ToArray())],
            Presigned = slot?.Signatures ?? [],
            KeyTtl = (uint)policy.KeyTtl.TotalSeconds,
            Denial = policy.Denial,
            Times = policy.Signatures,
        };
    }

    /// <summary>Of each algorithm the ZSKs, or, where it has none that signs, the KSKs: a zone with one key for all.</summary>
    private static IEnumerable<ZoneKey> ZoneSigners(ZoneKey[] active) => active.GroupBy(k => k.Key.Algorithm)
        .SelectMany(same => same.Any(k => !k.IsKsk) ? same.Where(k => !k.IsKsk) : same);

    /// <summary>The next moment at which <see cref="At"/> says something else because of the keys' times.</summary>
    public static DateTimeOffset? NextChange(IEnumerable<ZoneKey> keys, DateTimeOffset now)
        => keys.SelectMany(k => k.Times.Moments()).Where(at => at > now).Cast<DateTimeOffset?>().Min();
}

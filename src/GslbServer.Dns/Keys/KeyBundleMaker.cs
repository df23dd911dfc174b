using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Signs the key sets of a time to come, where the private KSK is: makes the ZSKs that will be needed, then a slot for each stretch in which nothing changes.</summary>
public static class KeyBundleMaker
{
    /// <summary>No slot is longer, so that no signature is valid for much longer than those of the node.</summary>
    private static readonly TimeSpan LongestSlot = TimeSpan.FromDays(7);

    /// <summary>A signature is valid for so long behind its slot: caches keep the last of it, and operators are sometimes late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(7);

    /// <summary>Before its slot, for clocks that are behind.</summary>
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(3);

    /// <summary>Steps of virtual time in which rollovers are planned.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromHours(6);

    /// <summary>The keys as they will be at the end: with the ZSKs that rollovers until then need, each with its times.</summary>
    public static IReadOnlyList<ZoneKey> PlanAhead(DomainName zone, IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset from, DateTimeOffset until)
    {
        for (DateTimeOffset at = from; at <= until; at += Step)
            keys = Apply(zone, keys, ZskRollover.Plan(keys, policy, at));
        return keys;
    }

    /// <summary>Carries a plan out in memory.</summary>
    public static IReadOnlyList<ZoneKey> Apply(DomainName zone, IReadOnlyList<ZoneKey> keys, KeyPlan plan)
    {
        if (plan.IsEmpty) return keys;
        var next = keys.Select(k => plan.Change.FirstOrDefault(c => c.Key.IsSame(k.Key)) ?? k).ToList();
        if (plan.Create is { } create) next.Add(Make(zone, create, keys));
        return next;
    }

    /// <summary>Makes a key whose tag no other key of the zone has: validators may give up on keys that share one.</summary>
    public static ZoneKey Make(DomainName zone, NewKey wanted, IReadOnlyList<ZoneKey> others, int rsaBits = 2048)
    {
        while (true)
        {
            (DnssecKey key, string fields) = PrivateKeyText.Create(wanted.Algorithm, wanted.Flags, rsaBits);
            if (others.All(k => k.Key.Tag != key.Tag)) return new(zone, key, wanted.Times, fields);
        }
    }

    /// <param name="keys">As <see cref="PlanAhead"/> gave them; at least one KSK can sign.</param>
    /// <param name="problems">Takes why a stretch cannot be signed.</param>
    /// <returns>Null with problems.</returns>
    public static KeyBundle? Make(DomainName zone, IReadOnlyList<ZoneKey> keys, KeyPolicy policy, DateTimeOffset from, DateTimeOffset until, ICollection<string> problems)
    {
        var slots = new List<BundleSlot>();
        DateTimeOffset at = KeyTimes.Seconds(from);
        until = KeyTimes.Seconds(until);
        while (at < until && problems.Count == 0)
        {
            DateTimeOffset end = at + LongestSlot < until ? at + LongestSlot : until;
            if (KeySchedule.NextChange(keys, at) is { } change && change < end) end = change;
            if (KeySchedule.At(zone, keys, policy, null, at, problems) is { } set) slots.Add(Slot(zone, set, at, end));
            else if (problems.Count == 0) problems.Add($"{zone}: no key is published at {KeyFileText.Format(at)}");
            at = end;
        }
        return problems.Count == 0 && slots.Count > 0 ? new KeyBundle(zone, slots) : null;
    }

    private static BundleSlot Slot(DomainName zone, ZoneKeySet set, DateTimeOffset from, DateTimeOffset until)
    {
        byte[][] keys = [.. set.Published.Select(k => k.Rdata.ToArray())];
        var signatures = new List<byte[]>();
        foreach ((RecordType type, IReadOnlyList<byte[]> rdatas) in new[] { (RecordType.DNSKEY, keys), (RecordType.CDS, set.Cds), (RecordType.CDNSKEY, set.Cdnskey) })
            if (rdatas.Count > 0)
                signatures.AddRange(set.KeySigners.Select(key => Sign(zone, type, rdatas, set.KeyTtl, key, from - Backdating, until + Overlap)));
        return new(from, until, keys, set.Cds, set.Cdnskey, signatures);
    }

    private static byte[] Sign(DomainName zone, RecordType type, IReadOnlyList<byte[]> rdatas, uint ttl, DnssecKey key, DateTimeOffset inception, DateTimeOffset expiration)
    {
        byte[] head = new byte[18];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        head[2] = (byte)key.Algorithm;
        head[3] = (byte)zone.LabelCount;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), (uint)expiration.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), (uint)inception.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), key.Tag);
        byte[] unsigned = [.. head, .. zone.ToLower().Wire];
        SignatureRdata fields = SignatureRdata.Read([.. unsigned, 0])!;
        return [.. unsigned, .. key.Sign(SignatureCheck.SignedOctets(zone, rdatas, unsigned, fields))];
    }
}

using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>What a zone cannot be signed with: a validator would find it bogus.</summary>
internal static class KeySetChecks
{
    private static readonly RecordType[] KeyTypes = [RecordType.DNSKEY, RecordType.CDS, RecordType.CDNSKEY];

    public static IEnumerable<string> Check(DomainName apex, ZoneKeySet keys, DateTimeOffset now)
    {
        if (keys.Published.Count == 0) yield return $"{apex}: no key to publish; expected at least one";
        if (keys.ZoneSigners.Count == 0) yield return $"{apex}: no key signs the zone; expected at least one with its private part";
        if (keys.Denial == DenialKind.Nsec3 && apex.Wire.Length + Nsec3Hash.LabelLength > DomainName.MaxLength)
            yield return $"{apex}: no room for the hashed names of NSEC3 in front of so long a name; expected NSEC";
        foreach (DnssecKey key in keys.KeySigners.Concat(keys.ZoneSigners).Distinct())
        {
            if (!key.CanSign) yield return $"{apex}: key {key.Tag} is to sign, and its private part is not here";
            if (!keys.Published.Any(key.IsSame)) yield return $"{apex}: key {key.Tag} is to sign, and is not published";
        }
        foreach (DnssecAlgorithm algorithm in keys.ZoneSigners.Select(key => key.Algorithm).Distinct())
        {
            // RFC 4035 section 2.2 asks it the other way round too; but of those of others (RFC 8901) we have no private part.
            if (keys.KeySigners.Count > 0 && keys.Presigned.Count == 0 && keys.KeySigners.All(key => key.Algorithm != algorithm))
                yield return $"{apex}: keys of algorithm {(byte)algorithm} sign the zone, and none of it signs the keys; expected one of each";
        }
        foreach (string problem in KeyTypes.Where(type => HasRecords(keys, type)).SelectMany(type => CheckKeyType(apex, keys, type, now))) yield return problem;
    }

    private static bool HasRecords(ZoneKeySet keys, RecordType type) => RecordsOf(keys, type).Count > 0;

    private static IReadOnlyList<byte[]> RecordsOf(ZoneKeySet keys, RecordType type)
        => type switch { RecordType.CDS => keys.Cds, RecordType.CDNSKEY => keys.Cdnskey, _ => [.. keys.Published.Select(key => key.Rdata.ToArray())] };

    private static IEnumerable<string> CheckKeyType(DomainName apex, ZoneKeySet keys, RecordType type, DateTimeOffset now)
    {
        List<byte[]> given = [.. keys.Presigned.Where(rdata => BinaryPrimitives.ReadUInt16BigEndian(rdata) == (ushort)type)];
        if (given.Count == 0 && keys.KeySigners.Count == 0) yield return $"{apex}: no key signs the RRset {type}, and no signature of it was brought along";
        uint seconds = RRsetSigner.SecondsOf(now);
        foreach (byte[] rdata in given)
        {
            int left = (int)(BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(8)) - seconds);
            int before = (int)(BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(12)) - seconds);
            if (left <= 0) yield return $"{apex}: the signature of {type} brought along expired at {now.AddSeconds(left):u}; expected one that is valid now";
            else if (before > 0) yield return $"{apex}: the signature of {type} brought along is not valid before {now.AddSeconds(before):u}; expected one that is valid now";
            else if (!keys.Published.Any(key => IsBy(apex, key, rdata, RecordsOf(keys, type), keys.KeyTtl))) yield return $"{apex}: the signature of {type} brought along is none of these records (TTL {keys.KeyTtl}) by a key that is published";
        }
    }

    private static bool IsBy(DomainName apex, DnssecKey key, byte[] rdata, IReadOnlyList<byte[]> records, uint ttl)
    {
        int signature = 18 + apex.Wire.Length;
        if (rdata.Length <= signature || BinaryPrimitives.ReadUInt16BigEndian(rdata.AsSpan(16)) != key.Tag || rdata[2] != (byte)key.Algorithm) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(4)) != ttl) return false;
        byte[] stored = [.. records.SelectMany(record => (byte[])[(byte)(record.Length >> 8), (byte)record.Length, .. record])];
        return key.Verify([.. rdata[..signature], .. RRsetSigner.CanonicalRecords(apex.Wire, (RecordType)BinaryPrimitives.ReadUInt16BigEndian(rdata), ttl, stored, records.Count)], rdata.AsSpan(signature));
    }
}

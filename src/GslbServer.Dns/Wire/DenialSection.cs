using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>What a signed zone proves to be absent.</summary>
internal enum Absence : byte
{
    None,

    /// <summary>The name does not exist, and no wildcard makes it.</summary>
    NoName,

    /// <summary>The name exists, by itself or by a wildcard, and has not the type.</summary>
    NoType,

    /// <summary>The delegation is to a zone that is not signed.</summary>
    NoDelegationSigner,
}

/// <summary>Writes proofs into the authority section: NSEC (RFC 4035 section 3.1.3), NSEC3 (RFC 5155 section 7.2), compact denial (RFC 9824 section 3). Each record once.</summary>
internal struct DenialSection
{
    /// <summary>What one answer needs: three records for its end, and one for each wildcard on the way there.</summary>
    private const int MostRecords = 24;

    private Records _records;
    private int _count;

    public bool IsTruncated { get; private set; }

    /// <summary>The budget for signatures is spent.</summary>
    public bool IsShed { get; private set; }

    /// <param name="name">What is absent, or what it is absent at.</param>
    /// <param name="found">Where the walk to it ended.</param>
    public void AddAbsence(ref MessageWriter message, Zone zone, ZoneSignatures signed, Absence absence, scoped ReadOnlySpan<byte> name, scoped in LookupResult found, RecordType type)
    {
        switch (absence)
        {
            case Absence.NoName when signed.IsCompact:
                AddMade(ref message, zone, signed, name, CompactDenial.NoName);
                break;
            case Absence.NoName:
                AddNoName(ref message, zone, signed, new NameLabels(name), found);
                break;
            case Absence.NoType:
                AddNoType(ref message, zone, signed, name, found, type);
                break;
            default:
                AddAt(ref message, zone, signed, found.Node);
                break;
        }
    }

    /// <summary>Nothing stands between a name and the wildcard that made it (RFC 4035 section 3.1.3.3, RFC 5155 section 7.2.6).</summary>
    public void AddNoCloserName(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped NameLabels name, scoped in LookupResult found) => AddCovering(ref message, zone, signed, name, found.Label - 1);

    private void AddNoName(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped NameLabels name, scoped in LookupResult found)
    {
        if (signed.Nsec3 is not null) AddAt(ref message, zone, signed, found.Node);
        AddCovering(ref message, zone, signed, name, found.Label - 1);
        if (signed.Nsec is { } chain)
        {
            AddName(ref message, zone, signed, chain.Covering(found.Node, [1, (byte)'*']));
            return;
        }
        Span<byte> wildcard = stackalloc byte[MessageLimits.Name + 2];
        ReadOnlySpan<byte> encloser = name.From(found.Label);
        (wildcard[0], wildcard[1]) = (1, (byte)'*');
        encloser.CopyTo(wildcard[2..]);
        AddHashed(ref message, zone, signed, CoveringHash(signed.Nsec3!, wildcard[..(2 + encloser.Length)]));
    }

    private void AddNoType(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped ReadOnlySpan<byte> name, scoped in LookupResult found, RecordType type)
    {
        if (found.IsWildcard && signed.IsCompact)
        {
            AddMade(ref message, zone, signed, name, TypeBitmap.Without(BitmapAt(signed, found.Node), type));
            return;
        }
        // What other clients are answered is in the records signed ahead, and this client has none of it.
        if (BitmapAt(signed, found.Node) is { IsEmpty: false } bitmap && TypeBitmap.Has(bitmap, type)) AddOthersType(ref message, zone, signed, found.Node, TypeBitmap.Without(bitmap, type));
        else AddAt(ref message, zone, signed, found.Node);
        if (!found.IsWildcard) return;
        var labels = new NameLabels(name);
        if (signed.Nsec3 is not null) AddAt(ref message, zone, signed, zone.Names.ParentOf(found.Node));
        AddCovering(ref message, zone, signed, labels, found.Label - 1);
    }

    /// <summary>The types that denial says of a name; empty where it has no record of its own.</summary>
    private static ReadOnlySpan<byte> BitmapAt(ZoneSignatures signed, int node)
    {
        if (signed.Nsec3 is { } chain)
            return chain.IndexOf(node) is >= 0 and int index ? signed.Hashed!.SetsOf(index).Find(RecordType.NSEC3).First[(Nsec3Hash.Parameters.Length + 1 + Nsec3Hash.Length)..] : default;
        RRset nsec = signed.Find(node, RecordType.NSEC);
        return nsec.Count == 0 ? default : nsec.First[RdataLayout.NameLength(nsec.First)..];
    }

    /// <summary>The record of a name that exists.</summary>
    private void AddAt(ref MessageWriter message, Zone zone, ZoneSignatures signed, int node)
    {
        if (signed.Nsec3 is { } chain) AddHashed(ref message, zone, signed, chain.IndexOf(node));
        else AddName(ref message, zone, signed, signed.Nsec?.At(node) ?? node);
    }

    /// <param name="label">The one in front of the closest encloser.</param>
    private void AddCovering(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped NameLabels name, int label)
    {
        if (signed.Nsec3 is { } hashes) AddHashed(ref message, zone, signed, CoveringHash(hashes, name.From(label)));
        else AddName(ref message, zone, signed, signed.Nsec!.Covering(FindEncloser(zone, name, label + 1), name[label]));
    }

    private static int FindEncloser(Zone zone, scoped NameLabels name, int first)
    {
        int node = 0;
        for (int label = name.Count - zone.ApexLabels - 1; label >= first; label--) node = zone.Names.FindChild(node, name[label]);
        return node;
    }

    private static int CoveringHash(Nsec3Chain chain, ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[Nsec3Hash.Length];
        Nsec3Hash.Compute(name, hash);
        return chain.Covering(hash);
    }

    private void AddName(ref MessageWriter message, Zone zone, ZoneSignatures signed, int node)
    {
        if (!IsNew(zone, node)) return;
        Span<byte> buffer = stackalloc byte[MessageLimits.Name];
        Add(ref message, zone.Names.NameOf(node, zone.Apex.Wire, buffer), signed.Find(node, RecordType.NSEC), signed.SignaturesOf(node, RecordType.NSEC));
    }

    private void AddHashed(ref MessageWriter message, Zone zone, ZoneSignatures signed, int index)
    {
        if (!IsNew(zone, index)) return;
        Span<byte> buffer = stackalloc byte[MessageLimits.Name + Nsec3Hash.LabelLength];
        Add(ref message, HashedName(zone, signed.Nsec3!.HashAt(index), buffer), signed.Hashed!.SetsOf(index).Find(RecordType.NSEC3), signed.Hashed.SignaturesOf(index).Find(RecordType.NSEC3));
    }

    private void Add(ref MessageWriter message, scoped ReadOnlySpan<byte> owner, scoped RRset set, scoped RRset signatures)
    {
        IsTruncated |= !message.TryAdd(Section.Authority, owner, set.Type, set.Ttl, set.Data, set.Count)
            || !message.TryAdd(Section.Authority, owner, RecordType.RRSIG, set.Ttl, signatures.Data, signatures.Count);
    }

    /// <summary>A record for one name that speaks of no other: next comes the name right behind it.</summary>
    private void AddMade(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> bitmap)
        => AddMade(ref message, zone, signed, name, RecordType.NSEC, [.. CompactDenial.Successor(name), .. bitmap]);

    private void AddOthersType(ref MessageWriter message, Zone zone, ZoneSignatures signed, int node, scoped ReadOnlySpan<byte> bitmap)
    {
        Span<byte> buffer = stackalloc byte[MessageLimits.Name + Nsec3Hash.LabelLength];
        if (signed.Nsec3 is not { } chain)
        {
            AddMade(ref message, zone, signed, zone.Names.NameOf(node, zone.Apex.Wire, buffer), bitmap);
            return;
        }
        ReadOnlySpan<byte> hash = chain.HashAt(chain.IndexOf(node));
        byte[] next = hash.ToArray();
        for (int at = next.Length - 1; at >= 0 && ++next[at] == 0; at--) { }
        AddMade(ref message, zone, signed, HashedName(zone, hash, buffer), RecordType.NSEC3, [.. Nsec3Hash.Parameters, Nsec3Hash.Length, .. next, .. bitmap]);
    }

    private void AddMade(ref MessageWriter message, Zone zone, ZoneSignatures signed, scoped ReadOnlySpan<byte> owner, RecordType type, scoped ReadOnlySpan<byte> rdata)
    {
        byte[] record = [(byte)(rdata.Length >> 8), (byte)rdata.Length, .. rdata];
        if (!signed.Answers.TrySignDenial(signed.Context, owner, type, zone.NegativeTtl, record, out ReadOnlySpan<byte> signatures))
        {
            IsShed = true;
            return;
        }
        IsTruncated |= !message.TryAdd(Section.Authority, owner, type, zone.NegativeTtl, record, 1) || !message.TryAddSignatures(Section.Authority, owner, zone.NegativeTtl, signatures);
    }

    private static ReadOnlySpan<byte> HashedName(Zone zone, ReadOnlySpan<byte> hash, Span<byte> buffer)
    {
        Nsec3Hash.WriteLabel(hash, buffer);
        zone.Apex.Wire.CopyTo(buffer[Nsec3Hash.LabelLength..]);
        return buffer[..(Nsec3Hash.LabelLength + zone.Apex.Wire.Length)];
    }

    private bool IsNew(Zone zone, int record)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_records[i].Zone == zone && _records[i].Record == record) return false;
        }
        if (_count < MostRecords) _records[_count++] = (zone, record);
        return true;
    }

    [InlineArray(MostRecords)]
    private struct Records
    {
        private (Zone Zone, int Record) _first;
    }
}

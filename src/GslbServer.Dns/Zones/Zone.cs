using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A zone compiled for answering: name table, RRsets as wire bytes, steered names as indices. Frozen; made by <see cref="ZoneCompiler"/>.</summary>
public sealed class Zone
{
    /// <summary>Flags (1 octet) and the number of RRsets (2), in front of the RRsets of a name.</summary>
    internal const int NodeHeaderLength = 3;

    /// <summary>Behind the header of a node flagged <see cref="NodeFlags.Steered"/>: its steering index.</summary>
    internal const int SteeringIndexLength = 4;

    private const int ManyNames = 100_000;

    private readonly Task<string> _hash;
    private bool? _hasCuts;

    /// <param name="names">Node 0 is the apex. Content of a node: its header, then its RRsets by type.</param>
    internal Zone(DomainName apex, NameTable names)
    {
        Apex = apex;
        ApexLabels = new NameLabels(apex.Wire).Count;
        Names = names;
        RRset soa = Soa;
        if (soa.Count > 0)
        {
            ReadOnlySpan<byte> numbers = soa.First[^20..]; // serial, refresh, retry, expire, minimum
            Serial = BinaryPrimitives.ReadUInt32BigEndian(numbers);
            NegativeTtl = Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(numbers[16..]));
        }
        Negative = NegativeAnswer.Of(this);
        // Of a million names it takes half a second, which the making of the name index need not wait for.
        _hash = names.Count < ManyNames ? Task.FromResult(ZoneHash.Compute(this)) : Task.Run(() => ZoneHash.Compute(this));
    }

    private Zone(Zone zone, ZoneSignatures? signatures)
    {
        (Apex, ApexLabels, Names, Serial, NegativeTtl) = (zone.Apex, zone.ApexLabels, zone.Names, zone.Serial, zone.NegativeTtl);
        (Negative, _hash) = (zone.Negative, zone._hash);
        Signatures = signatures;
    }

    public DomainName Apex { get; }

    public uint Serial { get; }

    /// <summary>SHA-256 over the records in canonical order, 16 hexadecimal digits: equal on two nodes that serve the same data. Of a large zone computed
    /// beside whatever follows its compilation; who asks before waits for it.</summary>
    public string Hash => _hash.GetAwaiter().GetResult();

    /// <summary>Whether <see cref="Hash"/> need not be waited for.</summary>
    public bool IsHashed => _hash.IsCompleted;

    /// <summary>The longest TTL of any RRset that is answered, in seconds: so long a signature may stay in caches. Walks through all names.</summary>
    public uint FindLongestTtl()
    {
        uint longest = 0;
        for (int node = 0; node < Names.Count; node++)
        {
            foreach (RRset set in SetsOf(node))
            {
                if (set.Type is not (RecordType.REGION or RecordType.CHECK)) longest = Math.Max(longest, set.Ttl);
            }
        }
        return longest;
    }

    /// <summary>What signing added; null for a zone that is not signed. No part of <see cref="Hash"/>: each node signs for itself.</summary>
    public ZoneSignatures? Signatures { get; }

    /// <summary>The same zone with these signatures, or without any.</summary>
    internal Zone With(ZoneSignatures? signatures) => new(this, signatures);

    internal int ApexLabels { get; }

    internal NameTable Names { get; private set; }

    /// <summary>Of 100,000 names or more: what is done with it as a whole takes a good part of a second.</summary>
    public bool IsLarge => Names.Count >= ManyNames;

    /// <summary>Whether any name of it is delegated; looked for when it is first asked.</summary>
    internal bool HasCuts
    {
        get
        {
            for (int node = 0; _hasCuts is null && node < Names.Count; node++)
            {
                if (Is(node, NodeFlags.Cut)) _hasCuts = true;
            }
            return _hasCuts ??= false;
        }
        init => _hasCuts = value;
    }

    /// <summary>The same zone over names that differ by a change which delegates nothing, and takes no delegation away.</summary>
    internal Zone After(NameTable names) => _hasCuts is { } known ? new Zone(Apex, names) { HasCuts = known } : new Zone(Apex, names);

    /// <summary>Whether it is here by name only: it came from a primary, and has expired, or has not come yet (RFC 1035 section 3.3.13). It is answered with SERVFAIL.</summary>
    public bool IsExpired { get; private init; }

    /// <summary>A zone that has nothing to answer with. Its apex counts as a cut, so that nobody takes a short cut past it.</summary>
    public static Zone Expired(DomainName apex)
    {
        byte[] arena = new byte[NameTable.ParentLength + 1 + NodeHeaderLength];
        arena[NameTable.WriteEntry(arena, 0, [0])] = (byte)NodeFlags.Cut;
        return new Zone(apex, new NameTable(new ulong[16], [0], arena)) { IsExpired = true };
    }

    /// <summary>The same zone for steering that counts its names in another way; itself where nothing is different.</summary>
    public Zone WithSteering(Func<DomainName, int> steeredIndexOf)
    {
        NameTable? renumbered = null;
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        for (int node = 0; node < Names.Count; node++)
        {
            if (!Is(node, NodeFlags.Steered)) continue;
            int index = steeredIndexOf(DomainName.FromWire(Names.NameOf(node, Apex.Wire, name)));
            if (index == SteeringIndexOf(node)) continue;
            renumbered ??= Names.Copy();
            BinaryPrimitives.WriteInt32LittleEndian(renumbered.WritableContentOf(node)[NodeHeaderLength..], index);
        }
        if (renumbered is null) return this;
        var zone = (Zone)MemberwiseClone();
        zone.Names = renumbered;
        return zone;
    }

    /// <summary>Null where negative answers have to be composed.</summary>
    internal NegativeAnswer? Negative { get; }

    internal RRset Soa => Find(0, RecordType.SOA);

    /// <summary>TTL of the SOA in negative answers: the smaller of its own TTL and its minimum field (RFC 2308 section 3).</summary>
    internal uint NegativeTtl { get; }

    /// <summary>The node of a name at or below the apex, or -1.</summary>
    internal int NodeOf(DomainName name) => NodeOf(new NameLabels(name.Wire));

    /// <param name="labels">Of a name at or below the apex.</param>
    internal int NodeOf(in NameLabels labels)
    {
        int node = 0;
        for (int label = labels.Count - ApexLabels - 1; label >= 0 && node >= 0; label--) node = Names.FindChild(node, labels[label]);
        return node;
    }

    internal NodeFlags FlagsOf(int node) => (NodeFlags)Names.ContentOf(node)[0];

    internal bool Is(int node, NodeFlags flag) => (FlagsOf(node) & flag) != 0;

    internal RRsetWalk SetsOf(int node) => SetsIn(Names.ContentOf(node));

    /// <param name="content">Of a node.</param>
    internal static RRsetWalk SetsIn(ReadOnlySpan<byte> content)
    {
        int length = ((NodeFlags)content[0] & NodeFlags.Steered) != 0 ? NodeHeaderLength + SteeringIndexLength : NodeHeaderLength;
        return new RRsetWalk(content[length..], BinaryPrimitives.ReadUInt16BigEndian(content[1..]));
    }

    /// <summary>The RRset of this type at a node; one without records where there is none.</summary>
    internal RRset Find(int node, RecordType type) => SetsOf(node).Find(type);

    /// <summary>Steering's index of a node flagged <see cref="NodeFlags.Steered"/>.</summary>
    internal int SteeringIndexOf(int node) => SteeringIndexIn(Names.ContentOf(node));

    /// <param name="content">Of a node flagged <see cref="NodeFlags.Steered"/>.</param>
    internal static int SteeringIndexIn(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadInt32LittleEndian(content[NodeHeaderLength..]);
}

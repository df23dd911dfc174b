using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Turns records that passed their checks into a <see cref="Zone"/>.</summary>
public static class ZoneCompiler
{
    /// <param name="records">The zone's records; the first diagnostic-free reading of them. Duplicates count once (RFC 2181 section 5), and an RRset
    /// whose TTLs differ has the lowest (section 5.2). Owners outside the zone are left out.</param>
    /// <param name="steeredIndexOf">The steering index of a STEER's owner, or -1 when steering does not know it.</param>
    /// <param name="isLastUse">Gives the memory of the records back while they are compiled: with a million names as much as the zone takes. Nothing but
    /// their number can be asked of them afterwards.</param>
    /// <exception cref="ArgumentException">More than 65,535 records in one RRset: no message could carry them.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Zone Compile(DomainName apex, IReadOnlyList<ZoneRecord> records, Func<DomainName, int> steeredIndexOf, bool isLastUse = false)
    {
        ZoneRecords packed = records as ZoneRecords ?? ZoneRecords.Of(records);
        OwnerTree owners = packed.Owners;
        int root = owners.Add(apex.Wire, out _);
        int[] nodeOf = Number(owners, root, out int count);
        var here = new OwnerRecords(packed);
        int[] entries = new int[count];
        byte[] arena = GC.AllocateUninitializedArray<byte>(checked((int)Measure(here, nodeOf)));
        int used = 0;

        // A parent is older than its children, in the tree as in the zone.
        for (int owner = root; owner < nodeOf.Length; owner++)
        {
            int node = nodeOf[owner];
            if (node < 0) continue;
            int parent = node == 0 ? 0 : nodeOf[owners.ParentOf(owner)];
            ReadOnlySpan<byte> label = node == 0 ? [0] : owners.LabelOf(owner);
            if (label is [1, (byte)'*']) arena[HeaderOf(entries[parent], arena)] |= (byte)NodeFlags.HasWildcard;
            entries[node] = used;
            used += NameTable.WriteEntry(arena.AsSpan(used), parent, label);
            int header = used;
            used += Zone.NodeHeaderLength;

            here.Take(owner);
            NodeFlags flags = here.IsEmpty ? NodeFlags.Empty : NodeFlags.None;
            if (here.FirstOf(RecordType.STEER) is >= 0 and int steer && steeredIndexOf(packed.OwnerAt(steer)) is >= 0 and int index)
            {
                flags |= NodeFlags.Steered;
                BinaryPrimitives.WriteInt32LittleEndian(arena.AsSpan(used), index);
                used += Zone.SteeringIndexLength;
            }
            int setCount = 0;
            for (; here.TryNextSet(out RecordType type); setCount++)
            {
                AddSet(here, type, arena, ref used);
                if (isLastUse) Spend(here);
                flags |= FlagOf(type, isApex: node == 0);
            }
            arena[header] = (byte)flags;
            BinaryPrimitives.WriteUInt16BigEndian(arena.AsSpan(header + 1), (ushort)setCount);
        }
        if (used < arena.Length) Array.Resize(ref arena, used);
        NameTable names = owners.Build(entries, arena);
        if (isLastUse) packed.SpendAll();
        return new Zone(apex, names);
    }

    /// <summary>By owner, its node in the zone, in the order of the tree; -1 outside the zone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Number(OwnerTree owners, int root, out int count)
    {
        int[] nodeOf = new int[owners.Count];
        Array.Fill(nodeOf, -1);
        nodeOf[root] = 0;
        count = 1;
        for (int owner = root + 1; owner < nodeOf.Length; owner++)
        {
            if (nodeOf[owners.ParentOf(owner)] >= 0) nodeOf[owner] = count++;
        }
        return nodeOf;
    }

    /// <summary>Octets of the arena if no record is a duplicate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Measure(OwnerRecords here, int[] nodeOf)
    {
        long octets = 0;
        for (int owner = 0; owner < nodeOf.Length; owner++)
        {
            if (nodeOf[owner] < 0) continue;
            octets += NameTable.ParentLength + (nodeOf[owner] == 0 ? 1 : here.Records.Owners.LabelOf(owner).Length) + Zone.NodeHeaderLength;
            here.Take(owner);
            while (here.TryNextSet(out RecordType type))
            {
                if (type == RecordType.STEER) octets += Zone.SteeringIndexLength;
                octets += RRset.HeaderLength;
                foreach (int record in here.Set) octets += 2 + here.Records.RdataAt(record).Length;
            }
        }
        return octets;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSet(OwnerRecords here, RecordType type, byte[] arena, ref int used)
    {
        int start = used;
        int count = 0;
        uint ttl = uint.MaxValue;
        used += RRset.HeaderLength;
        // Most RRsets are small; a large one must not cost its square.
        HashSet<string>? seen = here.Set.Length > 8 ? [] : null;
        foreach (int record in here.Set)
        {
            ReadOnlySpan<byte> rdata = here.Records.RdataAt(record);
            ttl = Math.Min(ttl, here.Records.TtlAt(record));
            ReadOnlySpan<byte> written = arena.AsSpan((start + RRset.HeaderLength)..used);
            if (seen is null ? Contains(written, type, rdata) : !seen.Add(Convert.ToHexString(CanonicalRdata.Of(type, rdata)))) continue;
            BinaryPrimitives.WriteUInt16BigEndian(arena.AsSpan(used), (ushort)rdata.Length);
            rdata.CopyTo(arena.AsSpan(used + 2));
            used += rdata.Length + 2;
            count++;
        }
        if (count > ushort.MaxValue) throw new ArgumentException($"{count} records of type {type} at {here.Records.OwnerAt(here.Set[0])}");
        RRset.WriteHeader(arena.AsSpan(start), type, count, ttl, used - start - RRset.HeaderLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spend(OwnerRecords here)
    {
        foreach (int record in here.Set) here.Records.Spend(record);
    }

    /// <param name="data">Records, each after its length.</param>
    private static bool Contains(ReadOnlySpan<byte> data, RecordType type, ReadOnlySpan<byte> rdata)
    {
        for (; !data.IsEmpty; data = data[(2 + BinaryPrimitives.ReadUInt16BigEndian(data))..])
        {
            if (CanonicalRdata.AreEqual(type, data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data)), rdata)) return true;
        }
        return false;
    }

    private static NodeFlags FlagOf(RecordType type, bool isApex) => type switch
    {
        RecordType.NS when !isApex => NodeFlags.Cut,
        RecordType.DNAME => NodeFlags.Dname,
        RecordType.CNAME => NodeFlags.Cname,
        _ => NodeFlags.None,
    };

    /// <summary>Where the header of a node stands: behind its label.</summary>
    private static int HeaderOf(int entry, byte[] arena) => entry + NameTable.ParentLength + NameTable.LabelAt(arena, entry).Length;
}

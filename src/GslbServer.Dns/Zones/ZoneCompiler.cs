using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Turns records that passed their checks into a <see cref="Zone"/>.</summary>
public static class ZoneCompiler
{
    private static ReadOnlySpan<byte> Asterisk => [1, (byte)'*'];

    /// <param name="records">The zone's records; the first diagnostic-free reading of them. Duplicates count once (RFC 2181 section 5), and an RRset
    /// whose TTLs differ has the lowest (section 5.2). Owners outside the zone are left out.</param>
    /// <param name="steeredIndexOf">The steering index of a STEER's owner, or -1 when steering does not know it.</param>
    /// <exception cref="ArgumentException">More than 65,535 records in one RRset: no message could carry them.</exception>
    public static Zone Compile(DomainName apex, IReadOnlyList<ZoneRecord> records, Func<DomainName, int> steeredIndexOf)
    {
        var (builder, ordered, starts) = Order(apex, records);
        NameTable names = builder.Build();
        int[] entries = new int[names.Count];
        byte[] arena = new byte[MostOctets(builder, ordered, records)];
        int used = 0;

        for (int node = 0; node < entries.Length; node++)
        {
            entries[node] = used;
            used += NameTable.WriteEntry(arena.AsSpan(used), names.ParentOf(node), names.LabelOf(node));
            int header = used;
            used += Zone.NodeHeaderLength;

            int setCount = 0;
            NodeFlags flags = names.FindChild(node, Asterisk) >= 0 ? NodeFlags.HasWildcard : NodeFlags.None;
            ReadOnlySpan<ulong> here = ordered.AsSpan(starts[node]..starts[node + 1]);
            if (here.IsEmpty) flags |= NodeFlags.Empty;
            if (SteeringIndexOf(records, here, steeredIndexOf) is >= 0 and int index)
            {
                flags |= NodeFlags.Steered;
                BinaryPrimitives.WriteInt32LittleEndian(arena.AsSpan(used), index);
                used += Zone.SteeringIndexLength;
            }
            while (!here.IsEmpty)
            {
                RecordType type = TypeOf(here[0]);
                int count = 1;
                while (count < here.Length && TypeOf(here[count]) == type) count++;
                AddSet(records, type, here[..count], arena, ref used);
                setCount++;
                flags |= FlagOf(type, isApex: node == 0);
                here = here[count..];
            }
            arena[header] = (byte)flags;
            BinaryPrimitives.WriteUInt16BigEndian(arena.AsSpan(header + 1), (ushort)setCount);
        }
        if (used < arena.Length) Array.Resize(ref arena, used);
        return new Zone(apex, builder.Build(entries, arena));
    }

    /// <summary>The steering index of a node with these records; -1 where none of them is a STEER that steering knows.</summary>
    private static int SteeringIndexOf(IReadOnlyList<ZoneRecord> records, ReadOnlySpan<ulong> here, Func<DomainName, int> steeredIndexOf)
    {
        foreach (ulong item in here)
        {
            if (TypeOf(item) == RecordType.STEER) return steeredIndexOf(records[IndexOf(item)].Owner);
        }
        return -1;
    }

    /// <summary>Octets of the arena if no record is a duplicate.</summary>
    private static long MostOctets(NameTableBuilder builder, ulong[] ordered, IReadOnlyList<ZoneRecord> records)
    {
        long octets = builder.EntryOctets + ((long)Zone.NodeHeaderLength * builder.Count);
        foreach (ulong item in ordered)
        {
            octets += RRset.HeaderLength + 2 + records[IndexOf(item)].Rdata.Length;
            if (TypeOf(item) == RecordType.STEER) octets += Zone.SteeringIndexLength;
        }
        return octets;
    }

    /// <summary>Gives each owner its node and orders the records by node, type and place in the file.</summary>
    /// <returns>Records as type and index (<see cref="TypeOf"/>, <see cref="IndexOf"/>); those of node n stand from starts[n] to starts[n + 1].</returns>
    private static (NameTableBuilder Names, ulong[] Ordered, int[] Starts) Order(DomainName apex, IReadOnlyList<ZoneRecord> records)
    {
        var builder = new NameTableBuilder();
        int[] nodeOf = new int[records.Count];
        int apexLabels = new NameLabels(apex.Wire).Count;
        DomainName? previous = null;
        for (int i = 0; i < nodeOf.Length; i++)
        {
            DomainName owner = records[i].Owner;
            // Runs of one owner are the rule, and readers share the object.
            nodeOf[i] = ReferenceEquals(owner, previous) ? nodeOf[i - 1] : NodeOf(builder, owner.Wire, apex.Wire, apexLabels);
            previous = owner;
        }

        int[] starts = new int[builder.Count + 1];
        foreach (int node in nodeOf)
        {
            if (node >= 0) starts[node + 1]++;
        }
        for (int node = 0; node < builder.Count; node++) starts[node + 1] += starts[node];

        ulong[] ordered = new ulong[starts[^1]];
        int[] next = starts[..^1];
        for (int i = 0; i < nodeOf.Length; i++)
        {
            if (nodeOf[i] >= 0) ordered[next[nodeOf[i]]++] = ((ulong)records[i].Type << 32) | (uint)i;
        }
        for (int node = 0; node < builder.Count; node++)
        {
            if (starts[node + 1] - starts[node] > 1) ordered.AsSpan(starts[node]..starts[node + 1]).Sort();
        }
        return (builder, ordered, starts);
    }

    private static int NodeOf(NameTableBuilder builder, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> apex, int apexLabels)
    {
        var labels = new NameLabels(owner);
        return labels.EndsWith(apex) ? builder.Add(labels, apexLabels) : -1;
    }

    private static void AddSet(IReadOnlyList<ZoneRecord> records, RecordType type, ReadOnlySpan<ulong> ordered, byte[] arena, ref int used)
    {
        int start = used;
        int count = 0;
        uint ttl = uint.MaxValue;
        used += RRset.HeaderLength;
        HashSet<string>? seen = ordered.Length > 1 ? [] : null;
        foreach (ulong item in ordered)
        {
            ZoneRecord record = records[IndexOf(item)];
            ttl = Math.Min(ttl, record.Ttl);
            if (seen is not null && !seen.Add(CanonicalKey(record))) continue;
            BinaryPrimitives.WriteUInt16BigEndian(arena.AsSpan(used), (ushort)record.Rdata.Length);
            record.Rdata.CopyTo(arena.AsSpan(used + 2));
            used += record.Rdata.Length + 2;
            count++;
        }
        if (count > ushort.MaxValue) throw new ArgumentException($"{count} records of type {type} at {records[IndexOf(ordered[0])].Owner}");
        RRset.WriteHeader(arena.AsSpan(start), type, count, ttl, used - start - RRset.HeaderLength);
    }

    private static string CanonicalKey(ZoneRecord record)
    {
        byte[] rdata = [.. record.Rdata];
        RdataLayout.Canonicalize(record.Type, rdata);
        return System.Text.Encoding.Latin1.GetString(rdata);
    }

    private static NodeFlags FlagOf(RecordType type, bool isApex) => type switch
    {
        RecordType.NS when !isApex => NodeFlags.Cut,
        RecordType.DNAME => NodeFlags.Dname,
        RecordType.CNAME => NodeFlags.Cname,
        _ => NodeFlags.None,
    };

    private static RecordType TypeOf(ulong item) => (RecordType)(item >> 32);

    private static int IndexOf(ulong item) => (int)(uint)item;
}

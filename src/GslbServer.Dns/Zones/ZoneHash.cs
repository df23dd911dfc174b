using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>The hash that tells whether two nodes serve the same data: SHA-256 over all records in canonical form and order (RFC 4034 section 6).</summary>
/// <remarks>The name table is walked as a tree, so that only siblings need sorting and no owner name is built twice.</remarks>
internal sealed class ZoneHash
{
    private readonly Zone _zone;
    private readonly int[] _children; // child nodes in canonical order, grouped by parent
    private readonly int[] _firstChild; // children of node n stand from _firstChild[n] to _firstChild[n + 1]
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _block = new byte[128 * 1024];
    private readonly byte[] _owner = new byte[255]; // filled from its end
    private int _used;

    private ZoneHash(Zone zone)
    {
        _zone = zone;
        (_children, _firstChild) = SortChildren(zone.Names);
    }

    /// <returns>The first 16 hexadecimal digits, in lower case.</returns>
    public static string Compute(Zone zone)
    {
        var hash = new ZoneHash(zone);
        using IncrementalHash sha = hash._sha;
        ReadOnlySpan<byte> apex = zone.Apex.Wire;
        NameOctets.ToLower(apex, hash._owner.AsSpan(255 - apex.Length));
        hash.AddNode(0, 255 - apex.Length);
        hash.Flush();
        return Convert.ToHexStringLower(sha.GetHashAndReset())[..16];
    }

    /// <param name="start">Where the node's name begins in the owner buffer.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddNode(int node, int start)
    {
        foreach (RRset set in _zone.SetsOf(node)) AddSet(set, _owner.AsSpan(start));
        for (int i = _firstChild[node]; i < _firstChild[node + 1]; i++)
        {
            ReadOnlySpan<byte> label = _zone.Names.LabelOf(_children[i]);
            NameOctets.ToLower(label, _owner.AsSpan(start - label.Length));
            AddNode(_children[i], start - label.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddSet(in RRset set, ReadOnlySpan<byte> owner)
    {
        if (set.Count == 1)
        {
            AddRecord(owner, set, set.First);
            return;
        }
        ReadOnlySpan<byte> data = set.Data;
        byte[][] sorted = new byte[set.Count][];
        for (int i = 0; i < sorted.Length; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data);
            sorted[i] = data.Slice(2, length).ToArray();
            RdataLayout.Canonicalize(set.Type, sorted[i]);
            data = data[(length + 2)..];
        }
        Array.Sort(sorted, static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (byte[] rdata in sorted) AddRecord(owner, set, rdata);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRecord(ReadOnlySpan<byte> owner, in RRset set, ReadOnlySpan<byte> rdata)
    {
        int length = owner.Length + 10 + rdata.Length; // at most 255 + 10 + 65535, so a block holds it
        if (_used + length > _block.Length) Flush();
        Span<byte> to = _block.AsSpan(_used, length);
        owner.CopyTo(to);
        to = to[owner.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)set.Type);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], DnsClass.In);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], set.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)rdata.Length);
        rdata.CopyTo(to[10..]);
        RdataLayout.Canonicalize(set.Type, to[10..]);
        _used += length;
    }

    private void Flush()
    {
        _sha.AppendData(_block.AsSpan(0, _used));
        _used = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int[] Children, int[] FirstChild) SortChildren(NameTable names)
    {
        int[] firstChild = new int[names.Count + 1];
        for (int node = 1; node < names.Count; node++) firstChild[names.ParentOf(node) + 1]++;
        for (int node = 0; node < names.Count; node++) firstChild[node + 1] += firstChild[node];

        int[] children = new int[names.Count - 1];
        ulong[] keys = new ulong[names.Count - 1]; // the label's first eight octets order most siblings without touching the arena
        int[] next = firstChild[..^1];
        for (int node = 1; node < names.Count; node++)
        {
            int at = next[names.ParentOf(node)]++;
            children[at] = node;
            keys[at] = FirstOctets(names.LabelOf(node)[1..]);
        }
        for (int node = 0; node < names.Count; node++)
        {
            Range siblings = firstChild[node]..firstChild[node + 1];
            if (firstChild[node + 1] - firstChild[node] > 1) SortSiblings(names, keys.AsSpan(siblings), children.AsSpan(siblings));
        }
        return (children, firstChild);
    }

    private static void SortSiblings(NameTable names, Span<ulong> keys, Span<int> nodes)
    {
        keys.Sort(nodes);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) nodes[start..end].Sort((a, b) => NameOctets.Compare(names.LabelOf(a)[1..], names.LabelOf(b)[1..]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong FirstOctets(ReadOnlySpan<byte> label)
    {
        if (label.Length >= 8) return NameOctets.ToLower(BinaryPrimitives.ReadUInt64BigEndian(label));
        ulong octets = 0;
        for (int i = 0; i < 8; i++) octets = octets << 8 | (i < label.Length ? label[i] : 0U);
        return NameOctets.ToLower(octets);
    }
}

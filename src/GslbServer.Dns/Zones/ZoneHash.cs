using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>The hash that tells whether two nodes serve the same data: SHA-256 over all records in canonical form and order (RFC 4034 section 6).</summary>
/// <remarks>The name table is walked as a tree, so that only siblings need sorting and no owner name is built twice.</remarks>
internal sealed class ZoneHash
{
    private readonly Zone _zone;
    private readonly CanonicalOrder _order;
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _block = new byte[128 * 1024];
    private readonly byte[] _owner = new byte[255]; // filled from its end
    private int _used;

    private ZoneHash(Zone zone)
    {
        _zone = zone;
        _order = new CanonicalOrder(zone.Names);
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
        foreach (int child in _order.ChildrenOf(node))
        {
            ReadOnlySpan<byte> label = _zone.Names.LabelOf(child);
            NameOctets.ToLower(label, _owner.AsSpan(start - label.Length));
            AddNode(child, start - label.Length);
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
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>The search tree of a MaxMind DB: nodes of two records each. A record below <see cref="NodeCount"/> is a node, equal to it nothing, above it data.</summary>
internal readonly unsafe struct MmdbTree
{
    /// <summary>Two octets behind the last node may be read: the separator stands there.</summary>
    private readonly byte* _nodes;
    private readonly int _recordSize;

    /// <param name="content">Pinned as long as the tree is used.</param>
    public MmdbTree(MmdbReader reader, in MemoryHandle content)
    {
        _nodes = (byte*)content.Pointer;
        _recordSize = reader.Metadata.RecordSize;
        File = reader.File;
        NodeCount = (uint)reader.Metadata.NodeCount;
        IsIPv6 = reader.Metadata.IpVersion == 6;
        uint record = 0;
        if (IsIPv6)
        {
            for (int depth = 0; depth < 96 && record < NodeCount; depth++) record = Node(record).Left;
        }

        IPv4Root = record;
    }

    /// <summary>For messages.</summary>
    public string File { get; }

    public uint NodeCount { get; }

    public bool IsIPv6 { get; }

    /// <summary>The record of ::/96, or what stands on the way there; the first of an IPv4 tree.</summary>
    public uint IPv4Root { get; }

    /// <param name="node">Below <see cref="NodeCount"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (uint Left, uint Right) Node(uint node)
    {
        if (_recordSize == 28)
        {
            // The octet in the middle holds the upper four bits of both.
            ulong seven = Read8(_nodes + (node * 7L));
            return ((uint)(seven >> 40) | ((uint)(seven >> 12) & 0x0F00_0000), (uint)(seven >> 8) & 0x0FFF_FFFF);
        }

        if (_recordSize == 24)
        {
            ulong six = Read8(_nodes + (node * 6L));
            return ((uint)(six >> 40), (uint)(six >> 16) & 0x00FF_FFFF);
        }

        ulong eight = Read8(_nodes + (node * 8L));
        return ((uint)(eight >> 32), (uint)eight);
    }

    private static ulong Read8(byte* at) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Walks the search tree once, in address order, and lays down what it finds as ranges. Each node is entered at most once, so a loop, or a tree that
/// shares nodes, ends with a refusal and not in a long walk.</summary>
/// <remarks>IPv4 lives under ::/96 of an IPv6 tree, and writers let ::ffff:0:0/96, 2002::/16 and 2001::/32 point to the same node. IPv4 is
/// walked as a family of its own; the IPv6 walk takes that node, wherever it meets it, for "nothing here".</remarks>
internal ref struct MmdbTreeWalk
{
    private const uint NoNode = uint.MaxValue;

    private readonly MmdbReader _reader;
    private readonly GeoRecords _records;
    private readonly ReadOnlySpan<byte> _tree;
    private readonly uint _nodeCount;
    private readonly int _recordSize;
    private readonly ulong[] _entered;
    private readonly MajorityCount _locations = new();
    private readonly MajorityCount _asns = new();

    public MmdbTreeWalk(MmdbReader reader, GeoRecords records)
    {
        _reader = reader;
        _records = records;
        _tree = reader.Tree;
        _nodeCount = (uint)reader.Metadata.NodeCount;
        _recordSize = reader.Metadata.RecordSize;
        _entered = new ulong[(_nodeCount / 64) + 1];
    }

    /// <summary>A record met on the way: the leading 64 bits of its address, left-aligned, and how many bits lead to it.</summary>
    private readonly record struct Step(uint Record, int Depth, ulong Path);

    public GeoLayers Walk()
    {
        bool isIPv6 = _reader.Metadata.IpVersion == 6;
        uint ipv4 = isIPv6 ? FindIPv4() : 0;
        var locations4 = new RangeMapBuilder<uint>();
        var asns4 = new RangeMapBuilder<uint>();
        var locations6 = new RangeMapBuilder<ulong>();
        var asns6 = new RangeMapBuilder<ulong>();

        Span<Step> stack = stackalloc Step[129];
        var family4 = new Family(32, 24, NoNode);
        int top = 0;
        stack[top++] = new Step(ipv4, 0, 0);
        while (top > 0)
        {
            if (!Take(stack, ref top, family4, out Step step, out int location, out uint asn)) continue;
            locations4.Append((uint)(step.Path >> 32), location);
            asns4.Append((uint)(step.Path >> 32), (int)asn);
        }

        var family6 = new Family(128, 56, ipv4 < _nodeCount ? ipv4 : NoNode);
        stack[top++] = new Step(isIPv6 ? 0 : _nodeCount, 0, 0);
        while (top > 0)
        {
            if (!Take(stack, ref top, family6, out Step step, out int location, out uint asn)) continue;
            locations6.Append(step.Path, location);
            asns6.Append(step.Path, (int)asn);
        }

        return new GeoLayers(locations4.Build(), locations6.Build(), asns4.Build(), asns6.Build());
    }

    /// <param name="Bits">Bits of an address.</param>
    /// <param name="FoldDepth">Networks longer than this are folded.</param>
    /// <param name="Skipped">A node that counts as empty.</param>
    private readonly record struct Family(int Bits, int FoldDepth, uint Skipped);

    /// <summary>Takes one record off the stack: a node puts its two records there, anything else is a find.</summary>
    private bool Take(scoped Span<Step> stack, ref int top, in Family family, out Step step, out int location, out uint asn)
    {
        step = stack[--top];
        (location, asn) = (0, 0);
        if (step.Record >= _nodeCount)
        {
            if (step.Record > _nodeCount) (location, asn) = _records.Read(step.Record);
            return true;
        }

        if (step.Record == family.Skipped) return true;
        if (step.Depth == family.FoldDepth)
        {
            (location, asn) = Fold(step.Record, family);
            return true;
        }

        Enter(step.Record);
        (uint left, uint right) = Node(step.Record);
        stack[top++] = new Step(right, step.Depth + 1, step.Path | (1UL << (63 - step.Depth)));
        stack[top++] = new Step(left, step.Depth + 1, step.Path);
        return false;
    }

    /// <summary>What most of a /24 or /56 says that the database splits finer. Parts without data have no say: a database of single hosts still
    /// locates.</summary>
    private (int Location, uint Asn) Fold(uint node, in Family family)
    {
        _locations.Clear();
        _asns.Clear();
        Span<Step> stack = stackalloc Step[family.Bits + 1 - family.FoldDepth + 1];
        int top = 0;
        stack[top++] = new Step(node, family.FoldDepth, 0);
        while (top > 0)
        {
            Step step = stack[--top];
            if (step.Record > _nodeCount)
            {
                (int location, uint asn) = _records.Read(step.Record);
                UInt128 addresses = UInt128.One << (family.Bits - step.Depth);
                _locations.Add(location, addresses);
                _asns.Add((int)asn, addresses);
            }
            else if (step.Record < _nodeCount && step.Record != family.Skipped)
            {
                if (step.Depth == family.Bits)
                    throw new GeoDataException($"{_reader.File}: the search tree goes deeper than {family.Bits} bits at node {step.Record}.");
                Enter(step.Record);
                (uint left, uint right) = Node(step.Record);
                stack[top++] = new Step(right, step.Depth + 1, 0);
                stack[top++] = new Step(left, step.Depth + 1, 0);
            }
        }

        return (_locations.Winner, (uint)_asns.Winner);
    }

    /// <summary>The record at ::/96, or what stands on the way there.</summary>
    private readonly uint FindIPv4()
    {
        uint record = 0;
        for (int depth = 0; depth < 96 && record < _nodeCount; depth++) record = Node(record).Left;
        return record;
    }

    private readonly void Enter(uint node)
    {
        ref ulong word = ref _entered[node / 64];
        ulong bit = 1UL << (int)(node % 64);
        if ((word & bit) != 0) throw new GeoDataException($"{_reader.File}: the search tree comes to node {node} twice: a loop, or a shared subtree.");
        word |= bit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly (uint Left, uint Right) Node(uint node)
    {
        if (_recordSize == 24)
        {
            ReadOnlySpan<byte> six = _tree.Slice((int)node * 6, 6);
            return (((uint)six[0] << 16) | ((uint)six[1] << 8) | six[2], ((uint)six[3] << 16) | ((uint)six[4] << 8) | six[5]);
        }

        if (_recordSize == 28)
        {
            // The octet in the middle holds the upper four bits of both.
            ReadOnlySpan<byte> seven = _tree.Slice((int)node * 7, 7);
            uint middle = seven[3];
            uint left = ((middle & 0xF0) << 20) | ((uint)seven[0] << 16) | ((uint)seven[1] << 8) | seven[2];
            return (left, BinaryPrimitives.ReadUInt32BigEndian(seven[3..]) & 0x0FFF_FFFF);
        }

        ReadOnlySpan<byte> eight = _tree.Slice((int)(node * 8), 8);
        return (BinaryPrimitives.ReadUInt32BigEndian(eight), BinaryPrimitives.ReadUInt32BigEndian(eight[4..]));
    }
}

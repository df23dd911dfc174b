using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Walks one family of a search tree in address order, network by network; together they cover all addresses. Each node is entered at most once, so a
/// loop, or a tree that shares nodes, ends with a refusal and not in a long walk.</summary>
/// <remarks>IPv4 lives under ::/96 of an IPv6 tree, and writers let ::ffff:0:0/96, 2002::/16 and 2001::/32 point to the same node. IPv4 is
/// walked as a family of its own; the IPv6 walk takes that node, wherever it meets it, for "nothing here".</remarks>
internal sealed class MmdbCursor
{
    private const uint NoNode = uint.MaxValue;

    private readonly MmdbTree _tree;
    private readonly RecordTable _records;
    private readonly uint _nodeCount;
    private readonly int _bits;
    private readonly int _foldDepth;

    /// <summary>A node that counts as empty.</summary>
    private readonly uint _skipped;
    private readonly ulong[] _entered;
    private readonly Step[] _stack = new Step[130];
    private readonly MajorityCount _locations = new();
    private readonly MajorityCount _asns = new();
    private int _top;

    /// <param name="tree">Readable as long as the cursor is used.</param>
    public MmdbCursor(MmdbTree tree, RecordTable records, bool isIPv6)
    {
        _tree = tree;
        _records = records;
        _nodeCount = tree.NodeCount;
        _bits = isIPv6 ? 128 : 32;
        _foldDepth = isIPv6 ? 56 : 24;
        uint ipv4 = tree.IPv4Root;
        _skipped = isIPv6 && ipv4 < _nodeCount ? ipv4 : NoNode;
        _entered = new ulong[(_nodeCount / 64) + 1];
        uint root = !isIPv6 ? ipv4 : tree.IsIPv6 ? 0 : _nodeCount;
        _stack[_top++] = new Step(root, 0, 0);
        MoveNext();
    }

    private MmdbCursor()
    {
        _records = new RecordTable();
        _entered = [];
        Last = ulong.MaxValue;
    }

    /// <summary>One network without location or ASN.</summary>
    public static MmdbCursor Nothing { get; } = new();

    /// <summary>First address of the network: its upper 64 bits, left-aligned. The others are zero.</summary>
    public ulong Start { get; private set; }

    /// <summary>Upper 64 bits of the last address, ones behind the family's. The others are ones.</summary>
    public ulong Last { get; private set; }

    public UInt128 Last128 => new(Last, ulong.MaxValue);

    public int Location { get; private set; }

    public uint Asn { get; private set; }

    /// <summary>A record met on the way: the leading 64 bits of its address, left-aligned, and how many bits lead to it.</summary>
    private readonly record struct Step(uint Record, int Depth, ulong Path);

    /// <summary>Goes to the next network.</summary>
    /// <returns>False at the end; then nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool MoveNext()
    {
        if (_top == 0) return false;
        (uint record, int depth, ulong path) = _stack[--_top];
        while (record < _nodeCount && record != _skipped && depth < _foldDepth)
        {
            Enter(record);
            (uint left, uint right) = _tree.Node(record);
            _stack[_top++] = new Step(right, depth + 1, path | (1UL << (63 - depth)));
            record = left;
            depth++;
        }

        Stop(record, depth, path);
        return true;
    }

    /// <summary>Goes on to the network of an address; those passed are not read.</summary>
    /// <param name="address">The upper 64 bits, left-aligned; not before <see cref="Start"/>.</param>
    public void SkipTo(ulong address)
    {
        if (Last >= address) return;
        // What is left lies on the stack in order, and begins behind the present network.
        while (_top > 1 && _stack[_top - 2].Path <= address) _top--;
        (uint record, int depth, ulong path) = _stack[--_top];
        for (; record < _nodeCount && record != _skipped && depth < _foldDepth; depth++)
        {
            Enter(record);
            (uint left, uint right) = _tree.Node(record);
            ulong bit = 1UL << (63 - depth);
            if ((address & bit) == 0) _stack[_top++] = new Step(right, depth + 1, path | bit);
            else path |= bit;
            record = (address & bit) == 0 ? left : right;
        }

        Stop(record, depth, path);
    }

    /// <summary>Goes through all that is left, whatever it says: finds every fault, and makes the table of records complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Check()
    {
        var left = new Stack<(uint Record, int Depth)>();
        for (int i = 0; i < _top; i++) left.Push((_stack[i].Record, _stack[i].Depth));
        _top = 0;
        while (left.TryPop(out (uint Record, int Depth) step))
        {
            (uint record, int depth) = step;
            while (record < _nodeCount && record != _skipped)
            {
                if (depth == _bits) RefuseDepth(record);
                Enter(record);
                (record, uint right) = _tree.Node(record);
                left.Push((right, ++depth));
            }

            if (record > _nodeCount) _records.Read(record);
        }
    }

    /// <summary>Goes to the network of an address, if nothing was passed yet on the way there.</summary>
    /// <param name="address">The upper 64 bits, left-aligned.</param>
    public void Seek(ulong address)
    {
        _top = 0;
        Array.Clear(_entered);
        uint record = _bits == 32 ? _tree.IPv4Root : _tree.IsIPv6 ? 0 : _nodeCount;
        int depth = 0;
        for (; record < _nodeCount && record != _skipped && depth < _foldDepth; depth++)
        {
            (uint left, uint right) = _tree.Node(record);
            record = (address << depth) >> 63 == 0 ? left : right;
        }

        Stop(record, depth, depth == 0 ? 0 : address & (ulong.MaxValue << (64 - depth)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stop(uint record, int depth, ulong path)
    {
        Start = path;
        Last = path | (ulong.MaxValue >> depth);
        if (record > _nodeCount) (Location, Asn) = _records.Read(record);
        else if (record == _nodeCount || record == _skipped) (Location, Asn) = (0, 0);
        else (Location, Asn) = Fold(record);
    }

    /// <summary>What most of a /24 or /56 says that the database splits finer. Parts without data have no say: a database of single hosts still
    /// locates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Location, uint Asn) Fold(uint node)
    {
        _locations.Clear();
        _asns.Clear();
        Span<Step> stack = stackalloc Step[_bits + 1 - _foldDepth + 1];
        int top = 0;
        stack[top++] = new Step(node, _foldDepth, 0);
        while (top > 0)
        {
            Step step = stack[--top];
            if (step.Record > _nodeCount)
            {
                (int location, uint asn) = _records.Read(step.Record);
                UInt128 addresses = UInt128.One << (_bits - step.Depth);
                _locations.Add(location, addresses);
                _asns.Add((int)asn, addresses);
            }
            else if (step.Record < _nodeCount && step.Record != _skipped)
            {
                if (step.Depth == _bits) RefuseDepth(step.Record);
                Enter(step.Record);
                (uint left, uint right) = _tree.Node(step.Record);
                stack[top++] = new Step(right, step.Depth + 1, 0);
                stack[top++] = new Step(left, step.Depth + 1, 0);
            }
        }

        return (_locations.Winner, (uint)_asns.Winner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter(uint node)
    {
        ref ulong word = ref _entered[node / 64];
        ulong bit = 1UL << (int)(node % 64);
        if ((word & bit) != 0) RefuseTwice(node);
        word |= bit;
    }
    [DoesNotReturn]
    private void RefuseTwice(uint node) => throw new GeoDataException($"{_tree.File}: the search tree comes to node {node} twice: a loop, or a shared subtree.");

    [DoesNotReturn]
    private void RefuseDepth(uint node) => throw new GeoDataException($"{_tree.File}: the search tree goes deeper than {_bits} bits at node {node}.");
}

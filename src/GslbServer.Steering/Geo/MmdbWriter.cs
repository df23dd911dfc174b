using System.Buffers.Binary;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Makes a MaxMind DB (format 2.0): networks with records in, octets out. Longer networks lie over shorter ones.</summary>
/// <param name="databaseType">Should contain <c>City</c>, <c>Country</c> or <c>ASN</c>, by which readers tell what it holds.</param>
/// <param name="description">For people, in English.</param>
/// <param name="builtAt">Whole seconds count.</param>
/// <param name="recordSize">24, 28 or 32 bits; 0 takes the smallest that fits.</param>
/// <param name="ipVersion">6, with IPv4 at ::/96 and, as in other writers, its aliases ::ffff:0:0/96, 2001::/32 and 2002::/16 where nothing else
/// lies; or 4.</param>
public sealed class MmdbWriter(string databaseType, string description, DateTimeOffset builtAt, int recordSize = 0, int ipVersion = 6)
{
    private const int Empty = -1;

    private readonly List<(UInt128 Address, int Depth, int Data)> _networks = [];
    private readonly MmdbEncoder _data = new();
    private readonly Dictionary<object, int> _records = new(ReferenceEqualityComparer.Instance);

    /// <summary>Children of each node: a node, <see cref="Empty"/>, or -2 minus an offset of the data section.</summary>
    private readonly List<(int Left, int Right)> _nodes = [(Empty, Empty)];

    /// <summary>Adds a network. Of two equal ones the later counts.</summary>
    /// <param name="record">A map. The same object given again is stored once.</param>
    public void Add(IPNetwork network, IReadOnlyList<KeyValuePair<string, object>> record)
    {
        if (!_records.TryGetValue(record, out int data))
        {
            _records[record] = data = _data.Length;
            _data.Write(record);
        }

        Client range = Client.From(network, ClientSource.Resolver);
        int depth = range.PrefixLength;
        UInt128 address = range.Address;
        if (range.IsIPv6 && ipVersion == 4) throw new ArgumentException($"{network} does not fit into an IPv4 tree.", nameof(network));
        if (!range.IsIPv6 && ipVersion == 6) (address, depth) = (address >> 96, depth + 96);
        _networks.Add((address, depth, data));
    }

    /// <exception cref="InvalidOperationException">The record size asked for is too small.</exception>
    public byte[] ToBytes()
    {
        // Shorter first, so that longer ones cut into them; a stable order, so that the same input gives the same octets.
        foreach ((UInt128 address, int depth, int data) in _networks.OrderBy(network => network.Depth)) Insert(address, depth, -2 - data);
        if (ipVersion == 6) AliasIPv4();
        return Lay(NumberNodes());
    }

    private void Insert(UInt128 address, int depth, int value)
    {
        int node = 0;
        for (int bit = 0; bit < depth - 1; bit++)
        {
            int child = Child(node, address, bit);
            if (child < 0)
            {
                _nodes.Add((child, child));
                Attach(node, address, bit, child = _nodes.Count - 1);
            }

            node = child;
        }

        if (depth == 0) _nodes[0] = (value, value);
        else Attach(node, address, depth - 1, value);
    }

    private int Child(int node, UInt128 address, int bit) => BitAt(address, bit) ? _nodes[node].Right : _nodes[node].Left;

    private void Attach(int node, UInt128 address, int bit, int child)
        => _nodes[node] = BitAt(address, bit) ? (_nodes[node].Left, child) : (child, _nodes[node].Right);

    private static bool BitAt(UInt128 address, int bit) => (address >> (127 - bit) & 1) != 0;

    private void AliasIPv4()
    {
        int root = 0;
        for (int bit = 0; bit < 96 && root >= 0; bit++) root = _nodes[root].Left;
        if (root < 0) return;
        Alias((UInt128)0xFFFF << 32, 96, root);
        Alias((UInt128)0x2001 << 112, 32, root);
        Alias((UInt128)0x2002 << 112, 16, root);
    }

    private void Alias(UInt128 address, int depth, int root)
    {
        int node = 0;
        for (int bit = 0; bit < depth && node >= 0; bit++) node = Child(node, address, bit);
        if (node == Empty) Insert(address, depth, root);
    }

    /// <summary>Numbers nodes in the order of addresses, so that a walk over the file is a walk over the memory.</summary>
    private (List<int> Order, int[] Numbers) NumberNodes()
    {
        List<int> order = [];
        int[] numbers = new int[_nodes.Count];
        Array.Fill(numbers, -1);
        Stack<int> open = new([0]);
        while (open.TryPop(out int node))
        {
            if (numbers[node] >= 0) continue;
            numbers[node] = order.Count;
            order.Add(node);
            if (_nodes[node].Right >= 0) open.Push(_nodes[node].Right);
            if (_nodes[node].Left >= 0) open.Push(_nodes[node].Left);
        }

        return (order, numbers);
    }

    private byte[] Lay((List<int> Order, int[] Numbers) nodes)
    {
        int count = nodes.Order.Count;
        int size = RecordSizeFor((long)count + 16 + _data.Length);
        var metadata = new MmdbEncoder();
        metadata.Write(Metadata(count, size));

        int treeLength = checked(count * size / 4);
        byte[] file = new byte[treeLength + 16 + _data.Length + MmdbReader.Marker.Length + metadata.Length];
        for (int i = 0; i < count; i++)
        {
            (int left, int right) = _nodes[nodes.Order[i]];
            PutNode(file.AsSpan(i * size / 4, size / 4), Record(left), Record(right));
        }

        Span<byte> rest = file.AsSpan(treeLength + 16);
        _data.Octets.CopyTo(rest);
        MmdbReader.Marker.CopyTo(rest[_data.Length..]);
        metadata.Octets.CopyTo(rest[(_data.Length + MmdbReader.Marker.Length)..]);
        return file;

        uint Record(int child) => (uint)(child >= 0 ? nodes.Numbers[child] : child == Empty ? count : count + 16 + (-2 - child));
    }

    private int RecordSizeFor(long largest)
    {
        int needed = largest < 1 << 24 ? 24 : largest < 1 << 28 ? 28 : 32;
        if (recordSize == 0) return needed;
        return recordSize >= needed ? recordSize : throw new InvalidOperationException($"Records of {recordSize} bits cannot hold {largest}.");
    }

    private KeyValuePair<string, object>[] Metadata(int nodeCount, int size) =>
    [
        new("binary_format_major_version", (ushort)2),
        new("binary_format_minor_version", (ushort)0),
        new("build_epoch", (ulong)builtAt.ToUnixTimeSeconds()),
        new("database_type", databaseType),
        new("description", new KeyValuePair<string, object>[] { new("en", description) }),
        new("ip_version", (ushort)ipVersion),
        new("languages", new object[] { "en" }),
        new("node_count", (uint)nodeCount),
        new("record_size", (ushort)size),
    ];

    private static void PutNode(Span<byte> node, uint left, uint right)
    {
        if (node.Length == 8)
        {
            BinaryPrimitives.WriteUInt32BigEndian(node, left);
            BinaryPrimitives.WriteUInt32BigEndian(node[4..], right);
            return;
        }

        // Three octets each, and in 28-bit records one between them with the upper four bits of both.
        for (int i = 0; i < 3; i++)
        {
            node[i] = (byte)(left >> (16 - (8 * i)));
            node[^(i + 1)] = (byte)(right >> (8 * i));
        }

        if (node.Length == 7) node[3] = (byte)((left >> 24 << 4) | (right >> 24));
    }
}

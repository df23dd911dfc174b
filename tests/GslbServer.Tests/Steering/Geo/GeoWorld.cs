using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>A database small enough to look everything up the slow way: networks with a country and an ASN, and the same as octets.</summary>
internal sealed class GeoWorld
{
    private readonly List<(IPNetwork Network, string Country, uint Asn)> _networks = [];

    public IReadOnlyList<(IPNetwork Network, string Country, uint Asn)> Networks => _networks;

    public GeoWorld Add(string network, string country = "", uint asn = 0) => Add(IPNetwork.Parse(network), country, asn);

    public GeoWorld Add(IPNetwork network, string country = "", uint asn = 0)
    {
        if (!_networks.Exists(known => known.Network.Equals(network))) _networks.Add((network, country, asn));
        return this;
    }

    public byte[] ToBytes(string type = "Test-City", int recordSize = 0, int ipVersion = 6)
    {
        var writer = new MmdbWriter(type, "test", new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero), recordSize, ipVersion);
        foreach ((IPNetwork network, string country, uint asn) in _networks)
        {
            List<KeyValuePair<string, object>> record = [];
            if (country.Length > 0) record.Add(new("country", Map(("iso_code", country))));
            if (asn > 0) record.Add(new("autonomous_system_number", asn));
            writer.Add(network, record);
        }

        return writer.ToBytes();
    }

    public GeoTable Compile() => GeoTable.Compile([("test.mmdb", ToBytes())]);

    /// <summary>The longest network's data; within a /24 or /56 that is split finer, what most of its addresses have that have any.</summary>
    public (string Country, uint Asn) Find(bool isIPv6, UInt128 address)
    {
        int fold = isIPv6 ? 56 : 24;
        var block = new Block(isIPv6, address, fold);
        List<Block> inside = [.. _networks.Where(entry => entry.Network.PrefixLength > fold).Select(entry => Block.Of(entry.Network)).Where(block.Contains)];
        if (SplitsIPv4 && block.Contains(Block.IPv4Tree)) inside.Add(Block.IPv4Tree);
        if (inside.Count == 0) return Longest(isIPv6, address);

        // Between two edges of networks nothing changes.
        List<UInt128> edges = [block.First];
        foreach (Block part in inside) edges.AddRange([part.First, part.Last + 1]);

        UInt128[] starts = [.. edges.Where(edge => edge >= block.First && edge <= block.Last).Distinct().Order()];
        var pieces = starts.Select((start, i) => (Data: Longest(isIPv6, start), Size: (i + 1 < starts.Length ? starts[i + 1] : block.Last + 1) - start)).ToList();
        return (Most(pieces.Select(piece => (piece.Data.Country, piece.Size)), ""), Most(pieces.Select(piece => (piece.Data.Asn, piece.Size)), 0u));
    }

    /// <summary>Whether the database cuts IPv4 into parts.</summary>
    public bool SplitsIPv4 => _networks.Exists(entry => !Block.Of(entry.Network).IsIPv6 && entry.Network.PrefixLength > 0);

    public static KeyValuePair<string, object>[] Map(params (string Key, object Value)[] entries)
        => [.. entries.Select(entry => new KeyValuePair<string, object>(entry.Key, entry.Value))];

    public static (bool IsIPv6, UInt128 Address) At(string address)
    {
        Client client = Client.From(IPAddress.Parse(address));
        return (client.IsIPv6, client.Address);
    }

    private (string Country, uint Asn) Longest(bool isIPv6, UInt128 address)
    {
        // In the tree IPv4 lies at ::/96. Seen as IPv6 that place is empty, unless nothing splits it.
        if (isIPv6 && Block.IPv4Tree.Contains(new Block(true, address, 128)) && SplitsIPv4) return ("", 0);
        var wanted = new Block(true, isIPv6 ? address : address >> 96, 128);
        (string Country, uint Asn, int Length) best = ("", 0, -1);
        foreach ((IPNetwork network, string country, uint asn) in _networks)
        {
            Block block = Block.Of(network);
            int length = network.PrefixLength + (block.IsIPv6 ? 0 : 96);
            if (!block.IsIPv6) block = new Block(true, block.First >> 96, length);
            if (block.Contains(wanted) && length > best.Length) best = (country, asn, length);
        }

        return (best.Country, best.Asn);
    }

    private static T Most<T>(IEnumerable<(T Value, UInt128 Size)> pieces, T unknown)
        where T : notnull
    {
        var sums = new Dictionary<T, UInt128>();
        List<T> order = [];
        foreach ((T value, UInt128 size) in pieces.Where(piece => !piece.Value.Equals(unknown)))
        {
            if (!sums.ContainsKey(value)) order.Add(value);
            sums[value] = sums.GetValueOrDefault(value) + size;
        }

        T best = unknown;
        foreach (T value in order)
        {
            if (best.Equals(unknown) || sums[value] > sums[best]) best = value;
        }

        return best;
    }
}

/// <summary>An aligned block of one family, left-aligned.</summary>
internal readonly record struct Block(bool IsIPv6, UInt128 First, UInt128 Last)
{
    public static readonly Block IPv4Tree = new(true, 0, uint.MaxValue);

    public Block(bool isIPv6, UInt128 address, int length)
        : this(isIPv6, address & ~HostBits(length), address | HostBits(length))
    {
    }

    public static Block Of(IPNetwork network)
    {
        Client client = Client.From(network, ClientSource.Resolver);
        return new Block(client.IsIPv6, client.Address, (int)client.PrefixLength);
    }

    public bool Contains(Block other) => IsIPv6 == other.IsIPv6 && First <= other.First && other.Last <= Last;

    private static UInt128 HostBits(int length) => length == 0 ? UInt128.MaxValue : (UInt128.One << (128 - length)) - 1;
}

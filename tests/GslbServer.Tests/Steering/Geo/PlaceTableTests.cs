using System.Net;
using FsCheck;
using FsCheck.Fluent;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class PlaceTableTests
{
    private static readonly string[] Countries = ["US", "DE", "IN", "BR", ""];

    [Fact]
    public void Without_a_database_and_networks_all_of_a_family_is_one_leaf()
    {
        PlaceTable table = PlaceTable.Compile(GeoTable.Empty, useAsn: true, [], (_, _, _) => 7);
        Assert.Equal((7, 0), Find(table, "0.0.0.0"));
        Assert.Equal((7, 0), Find(table, "255.255.255.255"));
        Assert.Equal((7, 0), Find(table, "::"));
        Assert.Equal((7, 0), Find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
        Assert.Equal(2, table.RangeCount);
    }

    [Fact]
    public void Leaf_is_the_largest_aligned_block_of_one_class()
    {
        GeoTable geo = new GeoWorld().Add("192.0.2.0/24", "US").Add("192.0.3.0/24", "US").Add("2001:db8:3::/48", "IE").Compile();
        PlaceTable table = PlaceTable.Compile(geo, useAsn: false, [], (location, _, _) => location);
        Assert.Equal(23, Find(table, "192.0.2.1").Leaf);
        Assert.Equal(23, Find(table, "192.0.3.255").Leaf);
        Assert.Equal(23, Find(table, "192.0.1.0").Leaf);
        Assert.Equal(1, Find(table, "0.0.0.0").Leaf);
        Assert.Equal(48, Find(table, "2001:db8:3:ffff::").Leaf);
        Assert.Equal(48, Find(table, "2001:db8:2::").Leaf);
        Assert.Equal(1, Find(table, "ffff::").Leaf);
    }

    [Fact]
    public void Of_nested_networks_the_longest_counts_and_splits_finer_than_24()
    {
        IPNetwork[] networks = [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("203.0.113.7/32"), IPNetwork.Parse("203.0.113.0/28"), IPNetwork.Parse("2001:db8::5/128")];
        PlaceTable table = PlaceTable.Compile(GeoTable.Empty, useAsn: false, networks, (_, _, network) => network + 1);
        Assert.Equal((2, 32), Find(table, "203.0.113.7"));
        Assert.Equal((3, 32), Find(table, "203.0.113.6"));
        Assert.Equal((3, 29), Find(table, "203.0.113.8"));
        Assert.Equal((1, 25), Find(table, "203.0.113.128"));
        Assert.Equal((0, 24), Find(table, "203.0.112.1"));
        Assert.Equal((4, 128), Find(table, "2001:db8::5"));
        Assert.Equal((0, 128), Find(table, "2001:db8::4"));
        Assert.Equal((0, 1), Find(table, "8000::"));
    }

    [Fact]
    public void Of_equal_networks_the_first_counts()
    {
        IPNetwork[] networks = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.0.2.0/24")];
        Assert.Equal((0, 24), Find(PlaceTable.Compile(GeoTable.Empty, false, networks, (_, _, network) => network), "192.0.2.1"));
    }

    [Fact]
    public void A_mapped_network_is_an_IPv4_network()
    {
        IPNetwork[] networks = [IPNetwork.Parse("::ffff:192.0.2.0/120")];
        Assert.Equal((0, 24), Find(PlaceTable.Compile(GeoTable.Empty, false, networks, (_, _, network) => network), "192.0.2.1"));
    }

    [Fact]
    public void Whole_families_as_networks_leave_nothing_outside()
    {
        IPNetwork[] networks = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0"), IPNetwork.Parse("255.255.255.255/32"), IPNetwork.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")];
        PlaceTable table = PlaceTable.Compile(GeoTable.Empty, false, networks, (_, _, network) => network);
        Assert.Equal((0, 1), Find(table, "0.0.0.0"));
        Assert.Equal((2, 32), Find(table, "255.255.255.255"));
        Assert.Equal((1, 1), Find(table, "::"));
        Assert.Equal((3, 128), Find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    }

    [Fact]
    public void Asn_boundaries_split_only_where_classes_look_at_ASNs()
    {
        GeoTable geo = new GeoWorld().Add("192.0.2.0/24", "US", 64496).Add("192.0.3.0/24", "US", 64497).Compile();
        PlaceTable without = PlaceTable.Compile(geo, useAsn: false, [], (location, asn, _) => asn == 0 ? location : throw new InvalidOperationException("an ASN"));
        PlaceTable with = PlaceTable.Compile(geo, useAsn: true, [], (_, asn, _) => (int)asn);
        Assert.Equal(23, Find(without, "192.0.2.1").Leaf);
        Assert.Equal((64496, 24), Find(with, "192.0.2.1"));
        Assert.Equal((64497, 24), Find(with, "192.0.3.1"));
    }

    [Fact]
    public void Each_distinct_triple_is_asked_for_once()
    {
        GeoTable geo = RandomWorld(new Random(5), 60).Compile();
        IPNetwork[] networks = [IPNetwork.Parse("192.0.2.0/26"), IPNetwork.Parse("2001:db8::/40")];
        HashSet<(int, uint, int)> asked = [];
        PlaceTable.Compile(geo, useAsn: true, networks, (location, asn, network) => asked.Add((location, asn, network)) ? location : throw new InvalidOperationException("asked twice"));
        Assert.NotEmpty(asked);
    }

    [Fact]
    public void Random_worlds_agree_with_the_slow_lookup_and_leaves_are_exact() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        GeoWorld world = RandomWorld(random, random.Next(40));
        IPNetwork[] networks = [.. Enumerable.Range(0, random.Next(8)).Select(_ => RandomNetwork(random))];
        bool useAsn = random.Next(2) == 0;
        int classes = random.Next(1, 6);
        Check(world, networks, useAsn, classes, random);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 5_000 : 100));

    [Fact]
    public void Every_small_world_of_zone_networks_is_exact()
    {
        List<IPNetwork> all = [];
        for (int length = 29; length <= 32; length++)
        {
            for (int first = 0; first < 8; first += 1 << (32 - length)) all.Add(IPNetwork.Parse($"192.0.2.{first}/{length}"));
        }

        GeoWorld world = new GeoWorld().Add("192.0.2.0/24", "US");
        GeoTable geo = world.Compile();
        for (int a = 0; a < all.Count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                for (int c = 0; c <= b; c++) Check(world, geo, [all[a], all[b], all[c]], false, 4, [.. Enumerable.Range(0, 9).Select(i => GeoWorld.At($"192.0.2.{i}"))]);
            }
        }
    }

    [Fact]
    public void Find_allocates_nothing()
    {
        PlaceTable table = PlaceTable.Compile(RandomWorld(new Random(1), 50).Compile(), false, [IPNetwork.Parse("2001:db8::1/128")], (location, _, _) => location);
        (bool _, UInt128 v4) = GeoWorld.At("192.0.2.1");
        (bool _, UInt128 v6) = GeoWorld.At("2001:db8::1");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            table.Find(false, v4, out _);
            table.Find(true, v6, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Check(GeoWorld world, IPNetwork[] networks, bool useAsn, int classes, Random random)
    {
        List<(bool, UInt128)> probes = [.. Enumerable.Range(0, 20).Select(_ => RandomAddress(random))];
        foreach (IPNetwork network in networks.Concat(world.Networks.Select(entry => entry.Network)))
        {
            Block block = Block.Of(network);
            probes.AddRange([(block.IsIPv6, block.First), (block.IsIPv6, block.Last), (block.IsIPv6, Cut(block.IsIPv6, block.First - 1)), (block.IsIPv6, Cut(block.IsIPv6, block.Last + 1))]);
        }

        Check(world, world.Compile(), networks, useAsn, classes, probes);
    }

    private static void Check(GeoWorld world, GeoTable geo, IPNetwork[] networks, bool useAsn, int classes, IReadOnlyList<(bool IsIPv6, UInt128 Address)> probes)
    {
        PlaceTable table = PlaceTable.Compile(geo, useAsn, networks, (location, asn, network) => ClassOf(geo.Locations[location].Country, asn, network, classes));
        Block[] edges = [.. networks.Select(Block.Of), .. world.Networks.SelectMany(entry => new[] { Block.Of(entry.Network), Folded(Block.Of(entry.Network)) })];
        if (world.SplitsIPv4) edges = [.. edges, Folded(Block.IPv4Tree)];
        foreach ((bool isIPv6, UInt128 address) in probes)
        {
            int found = table.Find(isIPv6, address, out int leaf);
            int expected = Expected(isIPv6, address);
            Assert.True(expected == found, $"{new Client(isIPv6, address, 0, default).ToAddress()}: class {found}, expected {expected}");
            Assert.True(leaf <= (isIPv6 ? 56 : 24) || networks.Any(network => network.PrefixLength > (isIPv6 ? 56 : 24)), $"a leaf of {leaf}");
            Assert.True(IsUniform(new Block(isIPv6, address, leaf)), $"{new Client(isIPv6, address, 0, default).ToAddress()}/{leaf} holds several classes");
            if (leaf > 0) Assert.False(IsUniform(new Block(isIPv6, address, leaf - 1)), $"{new Client(isIPv6, address, 0, default).ToAddress()}/{leaf} is not maximal");
        }

        int Expected(bool isIPv6, UInt128 address)
        {
            (string country, uint asn) = world.Find(isIPv6, address);
            int longest = -1;
            for (int i = 0; i < networks.Length; i++)
            {
                if (Block.Of(networks[i]).Contains(new Block(isIPv6, address, 128)) && (longest < 0 || networks[i].PrefixLength > networks[longest].PrefixLength)) longest = i;
            }

            return ClassOf(country, useAsn ? asn : 0, longest, classes);
        }

        // A class can change only where some network begins or has ended.
        bool IsUniform(Block block)
        {
            int expected = Expected(block.IsIPv6, block.First);
            foreach (Block edge in edges.Where(edge => edge.IsIPv6 == block.IsIPv6))
            {
                if (edge.First > block.First && edge.First <= block.Last && Expected(block.IsIPv6, edge.First) != expected) return false;
                if (edge.Last >= block.First && edge.Last < block.Last && Expected(block.IsIPv6, Cut(block.IsIPv6, edge.Last + 1)) != expected) return false;
            }

            return true;
        }
    }

    private static Block Folded(Block block)
    {
        int fold = block.IsIPv6 ? 56 : 24;
        return new Block(block.IsIPv6, new Block(block.IsIPv6, block.First, fold).First, new Block(block.IsIPv6, block.Last, fold).Last);
    }

    private static int ClassOf(string country, uint asn, int network, int classes) => (Array.IndexOf(Countries, country) + (int)(asn % 3) + (network + 1)) % classes;

    private static GeoWorld RandomWorld(Random random, int networks)
    {
        var world = new GeoWorld();
        for (int i = 0; i < networks; i++) world.Add(RandomNetwork(random), Countries[random.Next(5)], (uint)random.Next(4));
        return world;
    }

    private static IPNetwork RandomNetwork(Random random)
    {
        (bool isIPv6, UInt128 address) = RandomAddress(random);
        int length = random.Next(4) == 0 ? random.Next(isIPv6 ? 129 : 33) : isIPv6 ? random.Next(36, 70) : random.Next(18, 33);
        return new IPNetwork(new Client(isIPv6, new Block(isIPv6, address, length).First, 0, default).ToAddress(), length);
    }

    /// <summary>Mostly close together, so that networks nest and meet.</summary>
    private static (bool IsIPv6, UInt128 Address) RandomAddress(Random random)
    {
        bool isIPv6 = random.Next(2) == 0;
        (bool _, UInt128 near) = GeoWorld.At(isIPv6 ? "2001:db8::" : "192.0.0.0");
        UInt128 anything = new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        UInt128 address = random.Next(10) == 0 ? anything : near | (anything >> (isIPv6 ? 40 : 18));
        return (isIPv6, Cut(isIPv6, address));
    }

    private static UInt128 Cut(bool isIPv6, UInt128 address) => isIPv6 ? address : (address >> 96) << 96;

    private static (int Class, int Leaf) Find(PlaceTable table, string address)
    {
        (bool isIPv6, UInt128 bits) = GeoWorld.At(address);
        int found = table.Find(isIPv6, bits, out int leaf);
        return (found, leaf);
    }
}

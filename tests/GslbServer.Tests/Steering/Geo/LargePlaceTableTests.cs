using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Place tables of many ranges, which have another directory, and of many classes, which have wider codes.</summary>
public sealed class LargePlaceTableTests
{
    private const int Blocks = 70_000;

    /// <summary>/24s and /48s in a row from 16.0.0.0 and 2001:db8::, each with an ASN of its own.</summary>
    private static readonly Lazy<GeoTable> Geo = new(() =>
    {
        var writer = new MmdbWriter("Test-ASN", "test", DateTimeOffset.UnixEpoch);
        for (int i = 0; i < Blocks; i++)
        {
            KeyValuePair<string, object>[] record = [new("autonomous_system_number", (uint)i + 1)];
            writer.Add(new IPNetwork(new Client(false, V4(i), 0, default).ToAddress(), 24), record);
            writer.Add(new IPNetwork(new Client(true, V6(i), 0, default).ToAddress(), 48), record);
        }

        return GeoTable.Compile([("asn.mmdb", writer.ToBytes())]);
    });

    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(1_000)]
    [InlineData(Blocks)]
    public void Each_block_has_its_class_and_the_leaf_that_its_neighbours_leave(int classes)
    {
        PlaceTable table = PlaceTable.Compile(Geo.Value, useAsn: true, [], (_, asn, _) => ClassOf((int)asn - 1, classes));
        for (int i = 0; i < Blocks; i++)
        {
            Check(table, false, V4(i) | ((UInt128)(uint)(i % 256) << 96), 24, i);
            Check(table, true, V6(i) | (UInt128)(uint)i, 48, i);
        }

        void Check(PlaceTable table, bool isIPv6, UInt128 address, int length, int block)
        {
            int found = table.Find(isIPv6, address, out int leaf);
            Assert.Equal(ClassOf(block, classes), found);
            // Neighbours always differ.
            Assert.Equal(length, leaf);
        }
    }

    [Fact]
    public void Around_the_blocks_one_leaf_reaches_as_far_as_nothing_is_known()
    {
        PlaceTable table = PlaceTable.Compile(Geo.Value, useAsn: true, [], (_, asn, _) => (int)asn);
        Assert.Equal((0, 1), (table.Find(false, (UInt128)0xC000_0201 << 96, out int leaf), leaf));
        Assert.Equal((0, 4), (table.Find(false, (UInt128)0x0102_0304 << 96, out leaf), leaf));
    }

    [Fact]
    public void Networks_of_a_zone_split_a_large_table_down_to_single_addresses()
    {
        IPNetwork[] networks = [IPNetwork.Parse("16.0.5.9/32"), IPNetwork.Parse("2001:db8:7::9/128")];
        PlaceTable table = PlaceTable.Compile(Geo.Value, useAsn: true, networks, (_, asn, network) => network < 0 ? (int)asn : -1 - network);
        Assert.Equal((-1, 32), (table.Find(false, V4(5) | ((UInt128)9 << 96), out int leaf), leaf));
        Assert.Equal((6, 32), (table.Find(false, V4(5) | ((UInt128)8 << 96), out leaf), leaf));
        Assert.Equal((6, 25), (table.Find(false, V4(5) | ((UInt128)128 << 96), out leaf), leaf));
        Assert.Equal((-2, 128), (table.Find(true, V6(7) | 9, out leaf), leaf));
        Assert.Equal((8, 128), (table.Find(true, V6(7) | 8, out leaf), leaf));
        Assert.Equal((8, 49), (table.Find(true, V6(7) | ((UInt128)1 << 79), out leaf), leaf));
        Assert.Equal((9, 48), (table.Find(true, V6(8), out leaf), leaf));
    }

    private static int ClassOf(int block, int classes) => 1 + (block % classes);

    private static UInt128 V4(int block) => (UInt128)(0x1000_0000u + ((uint)block << 8)) << 96;

    private static UInt128 V6(int block) => ((UInt128)0x2001_0db8 << 96) + ((UInt128)(uint)block << 80);
}

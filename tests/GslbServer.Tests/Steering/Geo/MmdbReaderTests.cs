using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class MmdbReaderTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void All_record_sizes_read_the_same(int recordSize)
    {
        GeoTable table = Compile(World().ToBytes(recordSize: recordSize));
        Assert.Equal("US", Country(table, "192.0.2.1"));
        Assert.Equal("IE", Country(table, "2001:db8:3::1"));
        Assert.Equal("", Country(table, "192.0.1.255"));
    }

    [Fact]
    public void Tall_trees_of_28_bits_use_the_shared_octet()
    {
        // Enough filler in the data section that records pass 24 bits.
        var writer = new MmdbWriter("Test-City", "test", DateTimeOffset.UnixEpoch, 28);
        writer.Add(IPNetwork.Parse("192.0.2.0/24"), GeoWorld.Map(("filler", new byte[16_000_000]), ("country", GeoWorld.Map(("iso_code", "US")))));
        writer.Add(IPNetwork.Parse("192.0.3.0/24"), GeoWorld.Map(("filler", new byte[16_000_000]), ("country", GeoWorld.Map(("iso_code", "DE")))));
        writer.Add(IPNetwork.Parse("192.0.4.0/24"), GeoWorld.Map(("country", GeoWorld.Map(("iso_code", "FR")))));
        GeoTable table = Compile(writer.ToBytes());
        Assert.Equal(["US", "DE", "FR"], new[] { "192.0.2.9", "192.0.3.9", "192.0.4.9" }.Select(address => Country(table, address)));
    }

    [Fact]
    public void An_IPv4_tree_knows_no_IPv6()
    {
        GeoTable table = Compile(new GeoWorld().Add("192.0.2.0/24", "US").ToBytes(ipVersion: 4));
        Assert.Equal("US", Country(table, "192.0.2.1"));
        Assert.Equal("", Country(table, "2001:db8::1"));
    }

    [Fact]
    public void Aliases_of_the_IPv4_tree_do_not_multiply_it()
    {
        var world = new GeoWorld();
        for (int i = 0; i < 256; i++) world.Add($"198.18.{i}.0/24", i % 2 == 0 ? "US" : "DE");
        byte[] file = world.ToBytes();
        GeoTable table = Compile(file);
        PlaceTable places = PlaceTable.Compile(table, false, [], (location, _, _) => location);
        Assert.Equal(258 + 1, places.RangeCount);
        Assert.Equal("DE", Country(table, "198.18.1.1"));
        Assert.Equal("DE", Country(table, "::ffff:198.18.1.1"));
        Assert.Equal("", Country(table, "2002:c612:101::1"));
    }

    [Fact]
    public void A_tree_without_IPv4_leaves_it_unknown()
    {
        GeoTable table = Compile(new GeoWorld().Add("2001:db8::/32", "US").ToBytes());
        Assert.Equal("", Country(table, "192.0.2.1"));
        Assert.Equal("US", Country(table, "2001:db8::1"));
    }

    [Fact]
    public void A_network_that_spans_IPv4_counts_for_IPv4()
    {
        GeoTable table = Compile(new GeoWorld().Add("::/16", "US").ToBytes());
        Assert.Equal("US", Country(table, "192.0.2.1"));
        Assert.Equal("US", Country(table, "::1:0:0:1"));
    }

    [Fact]
    public void Values_of_all_types_are_passed_over()
    {
        var writer = new MmdbWriter("Test-City", "test", DateTimeOffset.UnixEpoch);
        object[] values =
        [
            "", new string('x', 28), new string('y', 29), new string('z', 284), new string('u', 285), new string('v', 65820), new string('w', 65821), "\u00fc\u6771",
            true, false, 1.5, -1.5f, (ushort)0, ushort.MaxValue, 0u, uint.MaxValue, 0UL, ulong.MaxValue, UInt128.MaxValue, -1, int.MinValue, 5,
            new byte[0], new byte[300], new object[] { "a", new object[] { 1u } }, GeoWorld.Map(), GeoWorld.Map(("k", GeoWorld.Map(("l", "m")))),
        ];
        writer.Add(IPNetwork.Parse("192.0.2.0/24"), [.. values.Select((value, i) => new KeyValuePair<string, object>("k" + i, value)), new("country", GeoWorld.Map(("iso_code", "US")))]);
        Assert.Equal("US", Country(Compile(writer.ToBytes()), "192.0.2.1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    [InlineData(526336)]
    [InlineData(134744064)]
    public void Pointers_of_all_sizes_are_followed(int filler)
    {
        var writer = new MmdbWriter("Test-City", "test", DateTimeOffset.UnixEpoch);
        for (int left = filler; left > 0; left -= 16_000_000) writer.Add(IPNetwork.Parse("198.51.100.0/24"), GeoWorld.Map(("f", new byte[Math.Min(left, 16_000_000)])));
        // The key "country" is written once, at about the offset asked for, and pointed to by the second record.
        writer.Add(IPNetwork.Parse("192.0.2.0/24"), GeoWorld.Map(("country", GeoWorld.Map(("iso_code", "US"))), ("x", "United States")));
        writer.Add(IPNetwork.Parse("192.0.3.0/24"), GeoWorld.Map(("country", GeoWorld.Map(("iso_code", "DE"))), ("x", "United States")));
        GeoTable table = Compile(writer.ToBytes());
        Assert.Equal("US", Country(table, "192.0.2.1"));
        Assert.Equal("DE", Country(table, "192.0.3.1"));
    }

    private static GeoWorld World() => new GeoWorld().Add("192.0.2.0/24", "US").Add("198.51.100.0/24", "DE").Add("2001:db8:3::/48", "IE");

    private static GeoTable Compile(byte[] file) => GeoTable.Compile([("test.mmdb", file)]);

    private static string Country(GeoTable table, string address)
    {
        (bool isIPv6, UInt128 bits) = GeoWorld.At(address);
        return table.Find(isIPv6, bits).Location.Country;
    }
}

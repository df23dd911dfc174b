using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class GeoTableTests
{
    private static readonly DateTimeOffset Built = new(2026, 11, 20, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Empty_table_knows_nothing()
    {
        Assert.Same(GeoTable.Empty, GeoTable.Read([]));
        Assert.Equal((Location.Unknown, 0u), Find(GeoTable.Empty, "192.0.2.1"));
        Assert.Equal([Location.Unknown], GeoTable.Empty.Locations);
        Assert.Equal("no database", GeoTable.Empty.Description);
    }

    [Fact]
    public void City_record_gives_all_fields()
    {
        GeoTable table = Compile("GeoLite2-City", ("192.0.2.0/24", GeoWorld.Map(
            ("city", GeoWorld.Map(("geoname_id", 1u), ("names", GeoWorld.Map(("de", "München"), ("en", "Munich"))))),
            ("continent", GeoWorld.Map(("code", "EU"))),
            ("country", GeoWorld.Map(("iso_code", "DE"))),
            ("location", GeoWorld.Map(("accuracy_radius", (ushort)10), ("latitude", 48.14), ("longitude", 11.58f))),
            ("registered_country", GeoWorld.Map(("iso_code", "US"))),
            ("subdivisions", new object[] { GeoWorld.Map(("iso_code", "BY")), GeoWorld.Map(("iso_code", "091")) }))));
        Location location = Find(table, "192.0.2.200").Location;
        Assert.Equal(("DE", "EU", "Munich", 48.14), (location.Country, location.Continent, location.City, location.Latitude));
        Assert.Equal(11.58, location.Longitude, 5);
        Assert.Equal(["BY", "091"], location.Subdivisions);
        Assert.True(location.HasCoordinates);
    }

    [Fact]
    public void Country_falls_back_to_the_registered_one_then_to_the_represented_one()
    {
        GeoTable table = Compile("Test-Country",
            ("192.0.2.0/24", GeoWorld.Map(("registered_country", GeoWorld.Map(("iso_code", "US"))), ("represented_country", GeoWorld.Map(("iso_code", "DE"))))),
            ("192.0.3.0/24", GeoWorld.Map(("represented_country", GeoWorld.Map(("iso_code", "DE"))))));
        Assert.Equal("US", Find(table, "192.0.2.1").Location.Country);
        Assert.Equal("DE", Find(table, "192.0.3.1").Location.Country);
    }

    [Fact]
    public void Flat_records_are_read_too()
    {
        GeoTable table = Compile("vendor lite",
            ("192.0.2.0/24", GeoWorld.Map(
                ("asn", "AS64496"), ("as_name", "Example"), ("continent", "Europe"), ("continent_code", "EU"), ("country", "Ireland"), ("country_code", "IE"), ("city", "Dublin"))),
            ("192.0.3.0/24", GeoWorld.Map(("asn", 64497u), ("country", "US"), ("continent", "NA"))),
            ("192.0.4.0/24", GeoWorld.Map(("asn", "none"), ("country_code", "DE"))));
        Assert.Equal(("IE", "EU", "Dublin", 64496u), Told("192.0.2.1"));
        Assert.Equal(("US", "NA", "", 64497u), Told("192.0.3.1"));
        Assert.Equal(("DE", "EU", "", 0u), Told("192.0.4.1"));

        (string, string, string, uint) Told(string address)
        {
            (Location location, uint asn) = Find(table, address);
            return (location.Country, location.Continent, location.City, asn);
        }
    }

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("ZZ")]
    [InlineData("USA")]
    [InlineData("1?")]
    public void What_is_no_country_counts_as_unknown(string code)
    {
        GeoTable table = Compile("Test-Country", ("192.0.2.0/24", GeoWorld.Map(("country", GeoWorld.Map(("iso_code", code))), ("continent", GeoWorld.Map(("code", "XX"))))));
        Assert.Equal(Location.Unknown, Find(table, "192.0.2.1").Location);
    }

    [Fact]
    public void Coordinates_off_the_map_count_as_unknown()
    {
        GeoTable table = Compile("Test-City", ("192.0.2.0/24", GeoWorld.Map(("location", GeoWorld.Map(("latitude", 91.0), ("longitude", 0.0))))));
        Assert.False(Find(table, "192.0.2.1").Location.HasCoordinates);
    }

    [Fact]
    public void Equal_locations_are_kept_once()
    {
        GeoTable table = new GeoWorld().Add("192.0.2.0/24", "US").Add("198.51.100.0/24", "US").Add("2001:db8::/32", "US").Compile();
        Assert.Equal(2, table.Locations.Count);
        Assert.Equal(Location.Unknown, table.Locations[0]);
    }

    [Fact]
    public void Networks_longer_than_24_fold_into_the_one_that_covers_most()
    {
        GeoTable table = new GeoWorld().Add("192.0.2.0/24", "US").Add("192.0.2.0/26", "DE").Add("192.0.2.64/27", "DE").Compile();
        Assert.Equal("US", Find(table, "192.0.2.1").Location.Country);
        Assert.Equal("DE", Find(new GeoWorld().Add("192.0.2.0/24", "US").Add("192.0.2.0/25", "DE").Add("192.0.2.128/32", "DE").Compile(), "192.0.2.255").Location.Country);
    }

    [Fact]
    public void Of_halves_the_lower_counts()
    {
        GeoTable table = new GeoWorld().Add("192.0.2.0/25", "US").Add("192.0.2.128/25", "DE").Add("2001:db8:0:0::/57", "IE").Add("2001:db8:0:80::/57", "IN").Compile();
        Assert.Equal("US", Find(table, "192.0.2.200").Location.Country);
        Assert.Equal("IE", Find(table, "2001:db8:0:ff::1").Location.Country);
    }

    [Fact]
    public void A_single_host_places_its_24_when_nothing_else_is_known() => Assert.Equal("US", Find(new GeoWorld().Add("192.0.2.7/32", "US").Compile(), "192.0.2.200").Location.Country);

    [Fact]
    public void ASNs_of_a_city_database_count_until_an_ASN_database_is_given()
    {
        (string, ReadOnlyMemory<byte>) city = ("city.mmdb", new GeoWorld().Add("192.0.2.0/24", "US", 64496).ToBytes("Test-City"));
        (string, ReadOnlyMemory<byte>) asn = ("asn.mmdb", new GeoWorld().Add("192.0.2.0/25", "", 64500).Add("198.51.100.0/24", "", 64501).ToBytes("GeoLite2-ASN"));
        Assert.Equal(64496u, Find(GeoTable.Compile([city]), "192.0.2.1").Asn);
        GeoTable both = GeoTable.Compile([asn, city]);
        Assert.Equal(("US", 64500u), (Find(both, "192.0.2.1").Location.Country, Find(both, "192.0.2.1").Asn));
        Assert.Equal(("", 64501u), (Find(both, "198.51.100.1").Location.Country, Find(both, "198.51.100.1").Asn));
    }

    [Fact]
    public void The_last_database_of_a_kind_counts()
    {
        GeoTable table = GeoTable.Compile([("a", new GeoWorld().Add("192.0.2.0/24", "US").ToBytes("A-City")), ("b", new GeoWorld().Add("192.0.2.0/24", "DE").ToBytes("B-Country"))]);
        Assert.Equal("DE", Find(table, "192.0.2.1").Location.Country);
        Assert.Equal("B-Country 2026-11-20", table.Description);
        Assert.Equal(["", "DE"], table.Locations.Select(location => location.Country));
    }

    [Theory]
    [InlineData("DBIP-Location-ISP (compat=City)", true)]
    [InlineData("GeoIP2-Enterprise", true)]
    [InlineData("geolite2-country", true)]
    [InlineData("Private-Networks", true)]
    [InlineData("GeoIP2-ISP", false)]
    [InlineData("DBIP-ASN-Lite (compat=GeoLite2-ASN)", false)]
    public void Kind_of_database_follows_its_type_or_its_records(string type, bool hasPlaces)
    {
        GeoTable table = GeoTable.Compile([("test.mmdb", new GeoWorld().Add("192.0.2.0/24", "US", 64496).ToBytes(type))]);
        Assert.Equal((hasPlaces ? "US" : "", 64496u), (Find(table, "192.0.2.1").Location.Country, Find(table, "192.0.2.1").Asn));
    }

    [Fact]
    public void Hash_tells_databases_apart()
    {
        byte[] one = new GeoWorld().Add("192.0.2.0/24", "US").ToBytes();
        byte[] two = new GeoWorld().Add("192.0.2.0/24", "DE").ToBytes();
        Assert.Matches("^[0-9a-f]{16}$", GeoTable.Compile([("a", one)]).Hash);
        Assert.Equal(GeoTable.Compile([("a", one)]).Hash, GeoTable.Compile([("elsewhere", one)]).Hash);
        Assert.NotEqual(GeoTable.Compile([("a", one)]).Hash, GeoTable.Compile([("a", two)]).Hash);
        Assert.NotEqual(GeoTable.Empty.Hash, GeoTable.Compile([("a", one)]).Hash);
    }

    private static GeoTable Compile(string type, params (string Network, KeyValuePair<string, object>[] Record)[] networks)
    {
        var writer = new MmdbWriter(type, "test", Built);
        foreach ((string network, KeyValuePair<string, object>[] record) in networks) writer.Add(IPNetwork.Parse(network), record);
        return GeoTable.Compile([("test.mmdb", writer.ToBytes())]);
    }

    private static (Location Location, uint Asn) Find(GeoTable table, string address)
    {
        (bool isIPv6, UInt128 bits) = GeoWorld.At(address);
        return table.Find(isIPv6, bits);
    }
}

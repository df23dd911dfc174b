using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class GeoCsvTests
{
    [Fact]
    public void Lines_become_networks_and_the_longest_counts_whole()
    {
        GeoTable table = Compile("""
            # private networks
            network,continent,country,subdivision,city,latitude,longitude,asn,organization
            10.0.0.0/8,EU,DE,,,51.3,9.5,,
            10.1.0.0/16,EU,de,DE-BY,"Muenchen, Ost",48.1,11.6,AS64496,"The ""Example"" Company"

            fd00::/8,NA,US,CA,,,,64497,
            """);
        Location munich = Find(table, "10.1.2.3").Location;
        Assert.Equal(("DE", "EU", "Muenchen, Ost", 48.1, 11.6), (munich.Country, munich.Continent, munich.City, munich.Latitude, munich.Longitude));
        Assert.Equal(["BY"], munich.Subdivisions);
        Assert.Equal(64496u, Find(table, "10.1.2.3").Asn);
        Assert.Equal(("DE", "", 0u), (Find(table, "10.2.0.1").Location.Country, Find(table, "10.2.0.1").Location.City, Find(table, "10.2.0.1").Asn));
        Assert.Equal(("US", 64497u), (Find(table, "fd00::1").Location.Country, Find(table, "fd00::1").Asn));
    }

    [Fact]
    public void Columns_stand_in_any_order_and_hosts_need_no_length()
    {
        GeoTable table = Compile("Country, Network\r\nUS, 192.0.2.7\r\nDE,2001:db8::1\r\n");
        Assert.Equal("US", Find(table, "192.0.2.7").Location.Country);
        Assert.Equal("DE", Find(table, "2001:db8::1").Location.Country);
    }

    [Theory]
    [InlineData("", "1:1: no header")]
    [InlineData("# nothing\n", "no header")]
    [InlineData("country\nUS\n", "1:1: no column \"network\"")]
    [InlineData("network,contry\n", "1:9: unknown column \"contry\"; expected network, continent")]
    [InlineData("network,country,country\n", "1:17: column \"country\" stands there twice")]
    [InlineData("network\n192.0.2.0/33\n", "2:1: a prefix length of 33; expected at most 32")]
    [InlineData("network\n192.0.2.1/24\n", "2:1: 192.0.2.1/24 has bits behind its prefix")]
    [InlineData("network\nexample.org\n", "2:1: \"example.org\" is not a network")]
    [InlineData("network,country\n,US\n", "2:1: \"\" is not a network")]
    [InlineData("network\n10\n", "2:1: \"10\" is not a network")]
    [InlineData("network\n192.0.2.0/24\n\n192.0.2.0/24\n", "4:1: 192.0.2.0/24 stands in line 2 already")]
    [InlineData("network,continent\n192.0.2.0/24,XX\n", "2:14: \"XX\" is no continent; expected one of AF AN AS EU NA OC SA")]
    [InlineData("network,country\n192.0.2.0/24, USA\n", "2:15: \"USA\" is no country")]
    [InlineData("network,country\n192.0.2.0/24,ZZ\n", "2:14: \"ZZ\" is no country of ISO 3166-1")]
    [InlineData("network,country\n::ffff:0:0/96,FR\n", "2:1: ::ffff:0:0/96 is a network of IPv4; expected 0.0.0.0/0")]
    [InlineData("network,country\n::ffff:11.0.0.0/104,FR\n", "2:1: ::ffff:11.0.0.0/104 is a network of IPv4; expected 11.0.0.0/8")]
    [InlineData("network,subdivision\n192.0.2.0/24,CA\n", "2:14: a subdivision needs a country")]
    [InlineData("network,country,subdivision\n192.0.2.0/24,US,California\n", "2:17: \"California\" is no subdivision of US")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,91,0\n", "2:14: \"91\" is no latitude; expected degrees between -90 and 90")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,NaN,0\n", "2:14: \"NaN\" is no latitude")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,9,\n", "2:16: latitude and longitude go together")]
    [InlineData("network,asn\n192.0.2.0/24,AS\n", "2:14: \"AS\" is no ASN; expected 1 to 4294967295")]
    [InlineData("network,asn\n192.0.2.0/24,1,2\n", "2:16: a line of 3 fields; the header names 2")]
    [InlineData("network,city\n192.0.2.0/24,\"Dublin\n", "2:14: a quoted field without its closing quote")]
    [InlineData("network,city\n192.0.2.0/24,\"Dublin\" 2\n", "behind a closing quote")]
    public void Rejects_with_line_and_column(string csv, string error)
    {
        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(csv, "Test-City", "test", DateTimeOffset.UnixEpoch);
        Assert.Null(database);
        Assert.Contains(errors, found => found.ToString().Contains(error, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        const string csv = "network,country,asn\n192.0.2.1/24,USA,x\n198.51.100.0/24,DE,\n203.0.113.0/24,D,\n";
        IReadOnlyList<GeoCsvError> errors = GeoCsv.Build(csv, "Test-City", "test", DateTimeOffset.UnixEpoch).Errors;
        Assert.Equal([2, 2, 2, 4], errors.Select(error => error.Line));
    }

    private static GeoTable Compile(string csv)
    {
        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(csv, "Test-City", "test", DateTimeOffset.UnixEpoch);
        Assert.Empty(errors);
        Assert.NotNull(database);
        return GeoTable.Compile([("test.mmdb", database)]);
    }

    private static (Location Location, uint Asn) Find(GeoTable table, string address)
    {
        (bool isIPv6, UInt128 bits) = GeoWorld.At(address);
        return table.Find(isIPv6, bits);
    }
}

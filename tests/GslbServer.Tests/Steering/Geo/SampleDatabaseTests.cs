using System.Net;
using GslbServer.Steering;
using GslbServer.Tests.Repository;

namespace GslbServer.Tests.Steering;

/// <summary>The database in <c>geodata/</c>, which examples and the first run rely on.</summary>
public sealed class SampleDatabaseTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "geodata");

    [Fact]
    public void The_database_is_what_the_CSV_says()
    {
        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(
            File.ReadAllText(Path.Combine(Folder, "sample.csv")), "GslbServer-Sample-City", "GslbServer sample: IANA assignments, and examples",
            new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        Assert.Empty(errors);
        Assert.NotNull(database);
        Assert.True(
            database.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Folder, "sample.mmdb"))),
            "geodata/sample.mmdb is older than sample.csv: make it anew as geodata/README.md says");
    }

    [Theory]
    [InlineData("192.0.2.1", "NA", "US", "Ashburn", 64496)]
    [InlineData("198.51.100.1", "EU", "IE", "Dublin", 64497)]
    [InlineData("203.0.113.1", "AS", "IN", "Mumbai", 64498)]
    [InlineData("198.18.1.1", "SA", "BR", "Sao Paulo", 64499)]
    [InlineData("198.18.2.1", "AF", "ZA", "Johannesburg", 64500)]
    [InlineData("198.18.3.1", "OC", "AU", "Sydney", 64501)]
    [InlineData("198.18.4.1", "AS", "JP", "Tokyo", 64502)]
    [InlineData("198.18.5.1", "EU", "DE", "Frankfurt am Main", 64503)]
    [InlineData("198.18.6.1", "NA", "US", "San Francisco", 64504)]
    [InlineData("2001:db8:1::1", "NA", "US", "Ashburn", 64496)]
    [InlineData("2001:db8:2::1", "NA", "US", "The Dalles", null)]
    [InlineData("2001:db8:3::1", "EU", "IE", "Dublin", 64497)]
    [InlineData("2001:db8:4::1", "AS", "IN", "Mumbai", 64498)]
    [InlineData("2001:db8:5::1", "SA", "BR", "Sao Paulo", null)]
    [InlineData("8.8.8.8", "NA", "US", "", 15169)]
    [InlineData("193.0.0.1", "EU", "NL", "Amsterdam", 3333)]
    [InlineData("41.1.2.3", "AF", "", "", 0)]
    [InlineData("2800:1::1", "SA", "", "", 0)]
    [InlineData("2a10::1", "EU", "", "", 0)]
    [InlineData("10.0.0.1", "", "", "", 0)]
    [InlineData("127.0.0.1", "", "", "", 0)]
    [InlineData("172.16.0.1", "", "", "", 0)]
    [InlineData("224.0.0.1", "", "", "", 0)]
    [InlineData("198.19.0.1", "", "", "", 0)]
    [InlineData("::1", "", "", "", 0)]
    public void Addresses_are_where_the_README_puts_them(string address, string continent, string country, string city, int? asn)
    {
        (bool isIPv6, UInt128 bits) = GeoWorld.At(address);
        (Location location, uint foundAsn) = Sample().Find(isIPv6, bits);
        Assert.Equal((continent, country, city), (location.Continent, location.Country, location.City));
        if (asn is { } number) Assert.Equal((uint)number, foundAsn);
        Assert.Equal(continent.Length > 0, location.HasCoordinates);
    }

    [Fact]
    public void Every_line_agrees_with_a_slow_lookup()
    {
        GeoTable table = Sample();
        string[][] lines = [.. File.ReadLines(Path.Combine(Folder, "sample.csv"))
            .Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("network", StringComparison.Ordinal)).Select(line => line.Split(','))];
        (Block Block, int Length, string[] Fields)[] networks = [.. lines.Select(fields => (Block.Of(IPNetwork.Parse(fields[0])), IPNetwork.Parse(fields[0]).PrefixLength, fields))];
        Assert.True(networks.Length > 400);
        foreach ((Block block, int _, string[] _) in networks)
        {
            foreach (UInt128 address in new[] { block.First, block.Last })
            {
                string[] fields = networks.Where(network => network.Block.Contains(new Block(block.IsIPv6, address, 128))).MaxBy(network => network.Length).Fields;
                (Location location, uint asn) = table.Find(block.IsIPv6, address);
                Assert.Equal((fields[1], fields[2], fields[4], fields[7]), (location.Continent, location.Country, location.City, asn == 0 ? "" : $"{asn}"));
                Assert.Equal(fields[3], string.Join(' ', location.Subdivisions));
            }
        }
    }

    [Fact]
    public void It_has_places_on_every_continent() => Assert.Superset(
        new HashSet<string> { "AF", "AS", "EU", "NA", "OC", "SA" }, Sample().Locations.Where(location => location.HasCoordinates).Select(location => location.Continent).ToHashSet());

    internal static GeoTable Sample() => GeoTable.Compile([("geodata/sample.mmdb", File.ReadAllBytes(Path.Combine(Folder, "sample.mmdb")))]);
}

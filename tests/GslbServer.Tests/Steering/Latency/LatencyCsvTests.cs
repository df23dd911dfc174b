using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class LatencyCsvTests
{
    private static readonly string[] Regions = ["ap-south", "eu-west", "us-east"];

    [Fact]
    public void Columns_come_in_any_order_and_clients_are_prefixes_ases_and_countries()
    {
        (IReadOnlyList<LatencyCsvRow>? rows, IReadOnlyList<GeoCsvError> errors) = LatencyCsv.Read("""
            # from the logs of October
            ms, region, "client", samples
            12.5, eu-west, 198.51.100.0/24, 20

            80, us-east, 198.51.100.77, 3
            31, eu-west, AS64500, 9
            33, eu-west, as64500-de,
            40, eu-west, DE, 1
            9, eu-west, 2001:db8:7::/48, 2
            """, null, Regions);
        Assert.Empty(errors);
        Assert.Equal(
            ["198.51.100.0/24 eu-west 12.5 20", "198.51.100.0/24 us-east 80 3", "AS64500 eu-west 31 9", "AS64500-DE eu-west 33 5", "DE eu-west 40 1", "2001:db8:7::/48 eu-west 9 2"],
            rows!.Select(row => FormattableString.Invariant($"{row.Key} {row.Region} {row.Milliseconds} {row.Samples}")));
    }

    [Theory]
    [InlineData("client,region,ms\nfoo,eu-west,5\n", "2:1: \"foo\" is no client; expected a prefix such as 192.0.2.0/24, AS64500, AS64500-DE or a country such as DE")]
    [InlineData("client,region,ms\nDE,eu-wst,5\n", "2:4: \"eu-wst\" is no region; did you mean eu-west?")]
    [InlineData("client,region,ms\nDE,mars,5\n", "2:4: \"mars\" is no region; expected one of ap-south eu-west us-east")]
    [InlineData("client,region,ms\nDE,eu-west,-5\n", "2:12: \"-5\" is no round trip; expected milliseconds above 0, at most 5000")]
    [InlineData("client,region,ms\nDE,eu-west,0\n", "2:12: \"0\" is no round trip; expected milliseconds above 0, at most 5000")]
    [InlineData("client,region,ms\nDE,eu-west,5001\n", "2:12: \"5001\" is no round trip; expected milliseconds above 0, at most 5000")]
    [InlineData("client,region,ms\nDE,eu-west,NaN\n", "2:12: \"NaN\" is no round trip; expected milliseconds above 0, at most 5000")]
    [InlineData("client,region,ms,samples\nDE,eu-west,5,0\n", "2:14: \"0\" is no count of samples; expected 1 or more")]
    [InlineData("client,region,ms\nDE,eu-west,5,7\n", "2:14: a line of 4 fields; the header names 3")]
    [InlineData("client,region,ms\nDE,eu-west,5\nde,eu-west,6\n", "3:1: DE and eu-west stand in line 2 already")]
    [InlineData("client,ms\nDE,5\n", "1:1: no column \"region\", and no region given for all lines")]
    [InlineData("client,region,rtt\nDE,eu-west,5\n", "1:15: unknown column \"rtt\"; expected client, region, ms, samples|1:1: no column \"ms\"; every line needs one")]
    [InlineData("", "1:1: no header; expected a line such as client,region,ms,samples")]
    [InlineData("client,region,ms\nx,y,z\n", "2:1: |2:3: |2:5: ")]
    public void Everything_that_is_wrong_is_said_at_its_place(string csv, string expected)
    {
        (IReadOnlyList<LatencyCsvRow>? rows, IReadOnlyList<GeoCsvError> errors) = LatencyCsv.Read(csv, null, Regions);
        Assert.Null(rows);
        Assert.Equal(expected.Split('|').Length, errors.Count);
        Assert.All(errors.Zip(expected.Split('|')), pair => Assert.StartsWith(pair.Second, pair.First.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Region_given_for_all_lines_takes_the_place_of_the_column()
    {
        (IReadOnlyList<LatencyCsvRow>? rows, _) = LatencyCsv.Read("client,ms\nDE,5\n", "eu-west", Regions);
        Assert.Equal("eu-west", Assert.Single(rows!).Region);
        (rows, IReadOnlyList<GeoCsvError> errors) = LatencyCsv.Read("client,region,ms\nDE,us-east,5\n", "eu-west", Regions);
        Assert.Null(rows);
        Assert.Equal("1:8: a column \"region\", and eu-west given for all lines", Assert.Single(errors).ToString());
    }

    [Fact]
    public void What_was_measured_is_written_so_that_it_can_be_read()
    {
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 1, LatencyWorld.Rows(1, ("198.51.100.7", "eu-west", 14, 30), ("198.51.100.7", "us-east", 90, 30)));
        (IReadOnlyList<LatencyCsvRow>? rows, _) = LatencyCsv.Read(LatencyCsv.Write(map), null, Regions);
        Assert.Equal(["198.51.100.0/24 eu-west 30", "198.51.100.0/24 us-east 30"], rows!.Select(row => $"{row.Key} {row.Region} {row.Samples}"));
        Assert.InRange(rows![0].Milliseconds, 12, 18);
    }

    [Fact]
    public void Prefixes_are_listed_by_samples_and_found_by_network()
    {
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 1, LatencyWorld.Rows(1, ("192.0.2.1", "us-east", 14, 5), ("198.51.100.7", "eu-west", 14, 30), ("203.0.113.7", "ap-south", 14, 12)));
        Assert.Equal(["198.51.100.0/24", "203.0.113.0/24"], LatencyListing.Top(map, 2).Select(prefix => prefix.Key.ToString()));
        Assert.Equal(["192.0.2.0/24"], Within("192.0.2.77/32"));
        Assert.Equal(["192.0.2.0/24", "198.51.100.0/24"], Within("192.0.0.0/5"));
        Assert.Empty(Within("192.0.3.0/24"));
        Assert.Empty(Within("2001:db8::/32"));

        IEnumerable<string> Within(string network) => LatencyListing.Within(map, System.Net.IPNetwork.Parse(network), 10).Select(prefix => prefix.Key.ToString());
    }
}

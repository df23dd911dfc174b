using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class PopulationCsvTests
{
    private static readonly string[] Names = ["www.example.org.", "api.example.org."];

    [Fact]
    public void Lines_name_networks_or_countries_with_a_weight_and_maybe_a_name()
    {
        (IReadOnlyList<PopulationRow>? rows, IReadOnlyList<GeoCsvError> errors) = PopulationCsv.Read(
            "# who asks\nweight,network,country,name\r\n5,198.51.100.0/24,,\n2.5,,de,API.example.org\n1,2001:db8::1,,www.example.org.\n", Names);
        Assert.Empty(errors);
        Assert.Equal([("198.51.100.0/24", "", 5.0, -1), (null, "DE", 2.5, 1), ("2001:db8::1/128", "", 1.0, 0)], rows!.Select(row => (row.Network?.ToString(), row.Country, row.Weight, row.Name)));
    }

    [Theory]
    [InlineData("", "1:1: no header; expected a line such as network,weight or country,weight")]
    [InlineData("network\n198.51.100.0/24", "1:1: no column \"weight\"; every line needs one")]
    [InlineData("weight\n1", "1:1: neither a column \"network\" nor a column \"country\"; one is needed")]
    [InlineData("network,wieght\n", "1:9: unknown column \"wieght\"; expected network, country, weight, name")]
    [InlineData("network,weight\n198.51.100.0/33,1", "2:1: \"198.51.100.0/33\" is no network; expected one such as 198.51.100.0/24")]
    [InlineData("country,weight\nXX,1", "2:1: \"XX\" is no country; expected an ISO 3166-1 alpha-2 code, such as DE")]
    [InlineData("country,weight\nDE,-1", "2:4: \"-1\" is no weight; expected a number of 0 or more")]
    [InlineData("country,weight\nDE,NaN", "2:4: \"NaN\" is no weight; expected a number of 0 or more")]
    [InlineData("country,weight,name\nDE,1,ww.example.org.", "2:6: \"ww.example.org.\" is no steered name, did you mean \"www.example.org.\"?")]
    public void Each_error_has_its_place_and_what_was_expected(string csv, string error)
    {
        (IReadOnlyList<PopulationRow>? rows, IReadOnlyList<GeoCsvError> errors) = PopulationCsv.Read(csv, Names);
        Assert.Null(rows);
        Assert.Equal(error, errors[0].ToString());
    }
}

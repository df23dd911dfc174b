using System.Text.Json;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Planning;

/// <summary><c>gslb simulate</c> and <c>gslb diff</c> as somebody runs them.</summary>
public sealed class PlanningCommandTests : IDisposable
{
    private const string Zone = """
        @ 300 SOA ns1 hostmaster 1 3600 600 86400 30
          NS ns1
        ns1 A 192.0.2.53
        us REGION 39 -77 capacity=100
           A 192.0.2.10
        eu REGION 53 -6 capacity=50
           A 198.51.100.10
        web CHECK none
        www 30 STEER geo us eu check=web map=203.0.113.0/24:eu
        api 30 STEER failover eu us check=web
        """;

    private readonly CommandRun _run = new();
    private readonly string _zones;

    public PlanningCommandTests()
    {
        _run.WriteFile("zones/example.org.zone", Zone + "\n");
        _zones = Path.GetDirectoryName(_run.WriteFile("zones/README", ""))!;
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_name_beyond_ASCII_is_found_as_it_stands_in_a_file_of_UTF_8()
    {
        _run.WriteFile("zones/example.org.zone", Zone + "\nbücher 30 STEER failover eu us check=web\n");
        string clients = _run.WriteFile("clients.csv", "network,weight\n192.0.2.0/24,1\n");
        Assert.Equal(0, await SimulateAsync("bücher.example.org", "--population", clients));
        Assert.Equal(0, await _run.RunAsync("explain", "Bücher.example.org", "--client", "192.0.2.0/24", "--zones", _zones));
        Assert.Contains("198.51.100.10", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_of_clients_is_shared_among_the_regions_and_loads_are_held_against_capacities()
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,3\n192.0.2.0/24,1\n");
        Assert.Equal(0, await SimulateAsync("www.example.org", "--population", clients, "--rate", "80", "--json"));

        JsonElement report = JsonDocument.Parse(_run.Out).RootElement;
        JsonElement name = report.GetProperty("names")[0];
        Assert.Equal("www.example.org.", name.GetProperty("name").GetString());
        Assert.Equal([("us", 0.25), ("eu", 0.75)], Shares(name));
        Assert.Equal([(20.0, 100.0), (60.0, 50.0)], report.GetProperty("regions").EnumerateArray().Select(region => (region.GetProperty("load").GetDouble(), region.GetProperty("capacity").GetDouble())));
        Assert.Equal("eu would get 60 requests per second and can take 50", report.GetProperty("warnings")[0].GetString());
        Assert.Equal(50 / 0.75, report.GetProperty("fullAt").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("--down")]
    [InlineData("--drain")]
    public async Task Without_a_region_its_clients_go_elsewhere(string flag)
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,3\n");
        Assert.Equal(0, await SimulateAsync("www.example.org", "--population", clients, flag, "eu", "--json"));
        Assert.Equal([("us", 1.0), ("eu", 0.0)], Shares(JsonDocument.Parse(_run.Out).RootElement.GetProperty("names")[0]));
    }

    [Fact]
    public async Task A_log_tells_who_asks_for_what_and_how_much_each_name_is_asked_for()
    {
        string log = _run.WriteFile("queries.log", "203.0.113.0/24 www.example.org\n203.0.113.9 www.example.org.\n192.0.2.1 api.example.org\nnonsense\n192.0.2.1 other.example.org\n192.0.2.1 www.example.org\n");
        Assert.Equal(0, await SimulateAsync("--log", log, "--json"));

        JsonElement report = JsonDocument.Parse(_run.Out).RootElement;
        Assert.Equal([0.75, 0.25], report.GetProperty("names").EnumerateArray().Select(name => name.GetProperty("trafficShare").GetDouble()));
        Assert.Equal([("us", 1 / 3.0), ("eu", 2 / 3.0)], Shares(report.GetProperty("names")[0]));
        Assert.Equal([$"{log}: 1 of 6 lines were not understood, the first is line 4", $"{log}: 1 of 6 queries were for names that are not steered here"],
            report.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!));
    }

    [Fact]
    public async Task A_map_is_drawn_that_a_reader_of_XML_understands()
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,3\n"), svg = Path.Combine(_zones, "map.svg");
        Assert.Equal(0, await SimulateAsync("--population", clients, "--svg", svg));
        var drawn = System.Xml.Linq.XDocument.Load(svg);
        Assert.Contains(drawn.Descendants(), element => element.Name.LocalName == "text" && element.Value == "eu: 100.0 %");
    }

    [Theory]
    [InlineData("gslb: ww.example.org is no steered name, did you mean \"www.example.org.\"?", "ww.example.org")]
    [InlineData("gslb: --down eo: region \"eo\" is not defined, did you mean \"eu\"?", "--down", "eo")]
    [InlineData("gslb: --rate -1: expected a number above 0", "--rate", "-1")]
    [InlineData("gslb: no database: places no IPv4 network in a country; give --geo FILE with a database that does, --log FILE or --population FILE", "www.example.org")]
    [InlineData("gslb: --log and --population: one of them only", "--log", "a", "--population", "b")]
    public async Task What_cannot_be_is_told(string error, params string[] args)
    {
        Assert.Equal(1, await SimulateAsync(args));
        Assert.Equal(error, _run.Errors[0]);
    }

    [Fact]
    public async Task Errors_of_a_table_have_their_place()
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,x\n");
        Assert.Equal(1, await SimulateAsync("--population", clients));
        Assert.Equal($"gslb: {clients}:2:16: \"x\" is no weight; expected a number of 0 or more", _run.Errors[0]);
    }

    [Fact]
    public async Task Before_a_reload_one_sees_who_would_move()
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,3\n192.0.2.0/24,1\n");
        _run.WriteFile("new/example.org.zone", Zone.Replace("map=203.0.113.0/24:eu", "", StringComparison.Ordinal).Replace("api 30", "app 60", StringComparison.Ordinal) + "\n");
        string changed = Path.GetDirectoryName(_run.WriteFile("new/README", ""))!;

        Assert.Equal(1, await _run.RunAsync("diff", _zones, changed, "--population", clients, "--exit-code", "--json"));
        JsonElement report = JsonDocument.Parse(_run.Out).RootElement;
        Assert.Equal(["app.example.org."], report.GetProperty("added").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(["api.example.org."], report.GetProperty("removed").EnumerateArray().Select(name => name.GetString()!));
        JsonElement www = Assert.Single(report.GetProperty("names").EnumerateArray());
        Assert.Equal(0.75, www.GetProperty("moved").GetDouble());
        JsonElement move = Assert.Single(www.GetProperty("moves").EnumerateArray());
        Assert.Equal(("eu.example.org.", "us.example.org."), (move.GetProperty("from").GetString(), move.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task Equal_zones_move_nobody()
    {
        string clients = _run.WriteFile("clients.csv", "network,weight\n203.0.113.0/24,3\n");
        Assert.Equal(0, await _run.RunAsync("diff", _zones, _zones, "--population", clients, "--exit-code"));
        Assert.Contains("No client moves.", _run.Out, StringComparison.Ordinal);
    }

    private Task<int> SimulateAsync(params string[] args) => _run.RunAsync(["simulate", "--zones", _zones, .. args]);

    private static IEnumerable<(string, double)> Shares(JsonElement name) =>
        name.GetProperty("regions").EnumerateArray().Select(region => (region.GetProperty("region").GetString()!, region.GetProperty("share").GetDouble()));
}

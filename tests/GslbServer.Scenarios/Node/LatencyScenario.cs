using System.Globalization;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Three regions with their balancers, two DNS nodes and a Redis on a small Internet whose paths do not follow geography: clients that the database puts in Berlin are
/// nearest to America. Real connections, real kernels, real dig.</summary>
public sealed class LatencyScenario
{
    private const string Core = "192.0.2.53", America = "192.0.2.10", Europe = "198.51.100.10", Asia = "203.0.113.10", Client = "198.18.7.7";

    private const string Question = "www.example.org A +subnet=198.18.7.0/24";

    [Fact]
    public async Task Clients_move_to_the_region_that_is_truly_nearest_on_every_node_and_stay_there_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        await WriteWorldAsync(folder);
        await using var network = new PathNetwork();
        PathHost core = await network.AddAsync("core", Core), client = await network.AddAsync("client", Client);
        network.SetRoundTrip(Client, America, 20);
        network.SetRoundTrip(Client, Europe, 90);
        network.SetRoundTrip(Client, Asia, 160);
        await using RunningProgram redis = await StartRedisAsync(core);
        await using RunningProgram america = await StartBalancerAsync(await network.AddAsync("us-east", America), "us-east", folder);
        await using RunningProgram europe = await StartBalancerAsync(await network.AddAsync("eu-west", Europe), "eu-west", folder);
        await using RunningProgram asia = await StartBalancerAsync(await network.AddAsync("ap-south", Asia), "ap-south", folder);
        await using RunningProgram one = StartNode(core, "one", 1, folder);
        await using RunningProgram two = StartNode(core, "two", 2, folder);

        await AnswersAsync(core, 1, Europe, one);
        await AnswersAsync(core, 2, Europe, two);

        foreach (string balancer in (string[])[America, Europe, Asia])
        {
            for (int i = 0; i < 8; i++)
            {
                // A connection is one sample, whatever it carries.
                using HttpClient http = client.HttpClient();
                (await http.GetAsync($"http://{balancer}/")).Dispose();
            }
        }

        await AnswersAsync(core, 1, America, one);
        await AnswersAsync(core, 2, America, two);
        // A map lives for one epoch, so both are asked at once, and only maps of one epoch can be compared.
        await Eventually.TrueAsync(async () => await Task.WhenAll(MapAsync(core, 1), MapAsync(core, 2)) is [var first, var second] && first.Epoch > 0 && first == second, () => $"the maps differ\n{one.Output}\n{two.Output}");
        string explained = (await CommandAsync(core, 1, "explain", "www.example.org", "--client", "198.18.7.0/24")).Text;
        Assert.Contains("us-east", explained.Split('\n').Single(line => line.StartsWith("take", StringComparison.Ordinal)), StringComparison.Ordinal);
        JsonNode[] shown = [];
        await Eventually.TrueAsync(async () => (shown = await EstimatesAsync(core)).All(estimate => (string?)estimate["source"] == "measured"),
            () => $"{string.Join('\n', shown.Select(estimate => estimate.ToJsonString()))}\n{one.Output}\n{europe.Output}\n{asia.Output}");
        foreach ((string region, double path) in (ReadOnlySpan<(string, double)>)[("us-east", 20), ("eu-west", 90), ("ap-south", 160)])
        {
            JsonNode estimate = shown.Single(e => (string?)e["region"] == region);
            // Never shorter than the path but for the 3.3 % of a step; how much longer the machine decides.
            Assert.InRange((double)estimate["milliseconds"]!, 0.95 * path, path + 60);
        }

        // Nobody to ask: what the node wrote down is all there is.
        one.Send(Signal.Term);
        Assert.Equal(0, await one.WaitForExitAsync());
        redis.Send(Signal.Kill);
        await redis.WaitForExitAsync();
        await using RunningProgram again = StartNode(core, "one", 1, folder);
        await again.WaitForLineAsync("admin  http");
        Assert.Equal(America, (await DigAsync(core, 1)).Trim());
    }

    [Fact]
    public async Task Resolvers_that_ask_over_tcp_are_measured_and_those_asked_over_come()
    {
        using var folder = new TemporaryFolder();
        await WriteWorldAsync(folder);
        await using var network = new PathNetwork();
        PathHost core = await network.AddAsync("core", Core), resolver = await network.AddAsync("resolver", Client);
        network.SetRoundTrip(Client, Core, 8);
        // A node that cannot hear the others asks nobody over.
        await using RunningProgram redis = await StartRedisAsync(core);
        await using RunningProgram node = StartNode(core, "one", 1, folder, "--region", "us-east", "--latency-solicit", "yes");
        await AnswersAsync(core, 1, Europe, node);

        // One answer in a thousand asks; the resolver comes over, and is measured when it hangs up.
        string question = $"@{Core} -p 5301 +tries=3 +time=5 +norecurse +nocookie +short www.example.org A\n";
        ToolResult asked = await resolver.RunAsync("dig", "-f", folder.Write("questions", string.Concat(Enumerable.Repeat(question, 1_100))));
        Assert.Equal(0, asked.ExitCode);
        Assert.DoesNotContain("communications error", asked.Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await MetricAsync(core, "gslb_latency_solicited_returned_total") == 1, () => $"{node.Output}");
        Assert.Equal(1, await MetricAsync(core, "gslb_latency_solicited_total"));
        await Eventually.TrueAsync(async () => await MetricAsync(core, "gslb_latency_samples_total{verdict=\"counted\"}") == 1, () => $"{node.Output}");
        JsonNode shown = await Eventually.GetAsync(async () => JsonNode.Parse((await CommandAsync(core, 1, "latency", "show", Client, "--json")).Text)!["prefixes"]!, prefixes => prefixes.AsArray().Count > 0);
        Assert.Equal(1, (int)shown[0]!["samples"]!);
    }

    private static async Task WriteWorldAsync(TemporaryFolder folder)
    {
        folder.Write("zones/example.org.zone", $"""
            $TTL 300
            @        SOA    ns1 hostmaster 2026112101 3600 600 86400 30
                     NS     ns1
            ns1      A      {Core}
            us-east  REGION 39.04 -77.49
                     A      {America}
            eu-west  REGION 53.35 -6.26
                     A      {Europe}
            ap-south REGION 19.08 72.88
                     A      {Asia}
            www   20 STEER  latency us-east eu-west ap-south

            """);
        folder.Write("geo.csv", "network,continent,country,latitude,longitude\n198.18.0.0/15,EU,DE,52.52,13.40\n192.0.2.0/24,EU,DE,52.52,13.40\n");
        ToolResult built = await Tool.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, "geo", "build", folder.File("geo.csv"), "-o", folder.File("geo.mmdb")]);
        Assert.True(built.ExitCode == 0, built.Text);
    }

    private static async Task<RunningProgram> StartRedisAsync(PathHost core)
    {
        RunningProgram redis = core.Start("redis-server", "--port", "6379", "--bind", Core, "--protected-mode", "no", "--save", "", "--appendonly", "no");
        await redis.WaitForLineAsync("Ready to accept connections");
        return redis;
    }

    private static async Task<RunningProgram> StartBalancerAsync(PathHost host, string region, TemporaryFolder folder)
    {
        folder.Write($"{region}/appsettings.json", $$"""
            {
              "ReverseProxy": {
                "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "Destinations": { "one": { "Address": "http://127.0.0.1:9000/" } } } }
              },
              "Balancer": { "Name": "{{region}}", "DrainWait": "0", "Latency": { "Epoch": "2s" } }
            }
            """);
        RunningProgram balancer = host.Start(BuiltProgram.Balancer, "--contentRoot", folder.File(region), "--urls", $"http://{host.Address}:80", "--redis", $"{Core}:6379", "--region", region);
        await balancer.WaitForLineAsync("serving on");
        return balancer;
    }

    private static RunningProgram StartNode(PathHost core, string name, int number, TemporaryFolder folder, params IEnumerable<string> more) => core.Start(BuiltProgram.Gslb,
        ["serve", "--listen", $"{Core}:{5300 + number}", "--admin", $"127.0.0.1:{8050 + number}", "--zones", folder.File("zones"), "--geo", folder.File("geo.mmdb"), "--redis", $"{Core}:6379",
            "--node", name, "--state", folder.File($"state-{name}"), "--threads", "1", "--latency-epoch", "2s", .. more]);

    private static Task AnswersAsync(PathHost core, int number, string address, RunningProgram node) =>
        Eventually.TrueAsync(async () => (await DigAsync(core, number)).Trim() == address, () => $"no answer {address}\n{node.Output}");

    private static async Task<string> DigAsync(PathHost core, int number) =>
        (await core.RunAsync("dig", [$"@{Core}", "-p", $"{5300 + number}", "+tries=1", "+time=3", "+norecurse", "+nocookie", "+short", .. Question.Split(' ')])).Text;

    private static Task<ToolResult> CommandAsync(PathHost core, int number, params string[] command) =>
        core.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, .. command, "--server", $"http://127.0.0.1:{8050 + number}"]);

    private static async Task<JsonNode[]> EstimatesAsync(PathHost core) =>
        [.. JsonNode.Parse((await CommandAsync(core, 1, "latency", "show", Client, "--json")).Text)!["prefixes"]![0]!["estimates"]!.AsArray().OfType<JsonNode>()];

    private static async Task<(long Epoch, string? Hash)> MapAsync(PathHost core, int number)
    {
        JsonNode latency = JsonNode.Parse((await core.RunAsync("curl", "-s", $"http://127.0.0.1:{8050 + number}/api/v1/status")).Text)!["latency"]!;
        return ((long?)latency["epoch"] ?? 0, (string?)latency["hash"]);
    }

    private static async Task<double> MetricAsync(PathHost core, string sample)
    {
        ToolResult metrics = await core.RunAsync("curl", "-s", "http://127.0.0.1:8051/metrics");
        string? line = metrics.Text.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }
}

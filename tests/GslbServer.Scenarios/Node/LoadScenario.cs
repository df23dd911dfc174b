using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GslbServer.Scenarios.Balancer;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Two regions with their balancers, two DNS nodes and a Redis, all real. Clients go where dig says; one region gets more of them than it can take.</summary>
public sealed class LoadScenario
{
    private const string Europe = "127.0.71.1", America = "127.0.71.2";

    /// <summary>Clients of both are nearest to Europe; those of the Azores lose least in America.</summary>
    private static readonly string[] Azores = [.. Enumerable.Range(1, 8).Select(i => $"198.18.{2 * i}.0/24")], Warsaw = [.. Enumerable.Range(1, 12).Select(i => $"198.19.{2 * i}.0/24")];

    [Fact]
    public async Task An_overloaded_region_sheds_those_that_lose_least_and_gets_them_back_and_is_left_when_its_balancers_drain()
    {
        using var folder = new TemporaryFolder();
        int port = FreePort.Tcp();
        await WriteWorldAsync(folder);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Backend backend = await Backend.StartAsync("backend");
        // 20 requests a second come, 130 % of what Europe can take; without the Azores it is at 78 %, with one prefix of them at 84 %, which is not yet dear.
        await using RunningProgram europe = await StartBalancerAsync(folder, "eu-west", Europe, port, 15.4, backend, redis);
        await using RunningProgram america = await StartBalancerAsync(folder, "us-east", America, port, 1000, backend, redis);
        await using GslbNode one = await StartNodeAsync(folder, "one", redis), two = await StartNodeAsync(folder, "two", redis);
        foreach (GslbNode node in (GslbNode[])[one, two])
            Assert.All(await AnswersAsync(node), answer => Assert.Equal(Europe, answer.Value));

        using (var stop = new CancellationTokenSource())
        {
            Task load = LoadAsync(one, port, stop.Token);
            foreach (GslbNode node in (GslbNode[])[one, two])
            {
                Dictionary<string, string> last = [];
                await Eventually.TrueAsync(async () => (last = await AnswersAsync(node)) is var answers && Azores.Count(prefix => answers[prefix] == America) >= Azores.Length - 1
                        && Warsaw.All(prefix => answers[prefix] == Europe),
                    () => $"{string.Join('\n', last)}\n{node.Output}\n{europe.Output}", TimeSpan.FromMinutes(3));
            }

            JsonNode region = (await one.GetAsync("api/v1/status"))["regions"]!.AsArray().Single(found => (string?)found!["label"] == "eu-west")!;
            Assert.Equal((1, 15.4), ((int)region["load"]!["balancers"]!, (double)region["load"]!["capacity"]!));
            Assert.True((double)region["load"]!["priceMs"]! > 0);
            Assert.Contains("15.4", (await one.CommandAsync("status")).Text, StringComparison.Ordinal);
            Assert.Contains("by load: ", (await two.CommandAsync("explain", "www.example.org", "--client", Azores[0])).Text, StringComparison.Ordinal);
            Assert.Contains("gslb_region_price_seconds{region=\"eu-west.example.org.\"}", await one.Http.GetStringAsync("metrics"), StringComparison.Ordinal);
            string clients = folder.Write("clients.csv", "network,weight\n" + string.Concat(Azores.Select(prefix => $"{prefix},1\n")));
            string[] plan = ["simulate", "www.example.org", "--zones", folder.File("zones"), "--geo", folder.File("geo.mmdb"), "--population", clients];
            // With its prices, which move by what comes, and without.
            await Eventually.GetAsync(() => one.CommandAsync(plan), planned => Regex.IsMatch(planned.Text, @"us-east +[1-9][0-9]*\.[0-9] %"));
            Assert.Matches(@"us-east +0\.0 %", (await Tool.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, .. plan])).Text);
            await stop.CancelAsync();
            await load;
        }

        foreach (GslbNode node in (GslbNode[])[one, two])
            await Eventually.TrueAsync(async () => (await AnswersAsync(node)).Values.All(answer => answer == Europe), () => $"not all came back\n{node.Output}");

        // No check asks these regions: what their balancers say is all there is.
        europe.Send(Signal.Term);
        foreach (GslbNode node in (GslbNode[])[one, two])
            await Eventually.TrueAsync(async () => (await AnswersAsync(node)).Values.All(answer => answer == America), () => $"not all left\n{node.Output}");
        Assert.Contains("its balancers are draining", (await one.CommandAsync("explain", "www.example.org", "--client", Warsaw[0])).Text, StringComparison.Ordinal);
    }

    private static async Task WriteWorldAsync(TemporaryFolder folder)
    {
        folder.Write("zones/example.org.zone", $"""
            $TTL 300
            @        SOA    ns1 hostmaster 2026112801 3600 600 86400 30
                     NS     ns1
            ns1      A      192.0.2.53
            eu-west  REGION 53.35 -6.26
                     A      {Europe}
            us-east  REGION 39.04 -77.49
                     A      {America}
            www   5  STEER  load eu-west us-east

            """);
        IEnumerable<string> rows = [.. Azores.Select(prefix => $"{prefix},EU,PT,37.74,-25.67"), .. Warsaw.Select(prefix => $"{prefix},EU,PL,52.23,21.01")];
        folder.Write("geo.csv", "network,continent,country,latitude,longitude\n" + string.Concat(rows.Select(row => row + "\n")));
        ToolResult built = await Tool.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, "geo", "build", folder.File("geo.csv"), "-o", folder.File("geo.mmdb")]);
        Assert.True(built.ExitCode == 0, built.Text);
    }

    private static async Task<RunningProgram> StartBalancerAsync(TemporaryFolder folder, string region, string address, int port, double capacity, Backend backend, RedisServer redis)
    {
        folder.Write($"{region}/appsettings.json", BalancerUnderTest.Settings([backend],
            balancer: string.Create(CultureInfo.InvariantCulture, $"\"Name\": \"{region}\", \"Capacity\": {capacity}, \"DrainWait\": \"60s\"")));
        RunningProgram balancer = RunningProgram.Start(BuiltProgram.Balancer, ["--contentRoot", folder.File(region), "--urls", $"http://{address}:{port}", "--admin", $"127.0.0.1:{FreePort.Tcp()}",
            "--redis", redis.Configuration, "--region", region]);
        await balancer.WaitForLineAsync("serving on");
        return balancer;
    }

    private static Task<GslbNode> StartNodeAsync(TemporaryFolder folder, string name, RedisServer redis) => GslbNode.StartAsync(folder.File("zones"), folder.File("state-" + name), name,
        ["--geo", folder.File("geo.mmdb"), "--redis", redis.Configuration, "--load-period", "4s"]);

    /// <summary>Where the clients of each prefix are sent.</summary>
    private static async Task<Dictionary<string, string>> AnswersAsync(GslbNode node)
    {
        string[] prefixes = [.. Azores, .. Warsaw];
        IReadOnlyList<DigReply> replies = await Dig.AskManyAsync(node.Port, prefixes.Select(prefix => $"www.example.org A +subnet={prefix}"));
        Assert.Equal(prefixes.Length, replies.Count);
        return prefixes.Zip(replies).ToDictionary(pair => pair.First, pair => Assert.Single(pair.Second.Data));
    }

    /// <summary>A request of each prefix per second to the region that it was sent to last, one after the other, whether the ones before are answered or not; time that a busy machine slept through is
    /// made up for. Evenly: all at once each second would be four to six bursts in the five seconds that a balancer measures over, a fifth more or less at every look.</summary>
    private static async Task LoadAsync(GslbNode node, int port, CancellationToken stop)
    {
        using var http = new HttpClient();
        Task<Dictionary<string, string>> asked = AnswersAsync(node);
        Dictionary<string, string> answers = await asked;
        string[] prefixes = [.. answers.Keys];
        var gap = TimeSpan.FromSeconds(1.0 / prefixes.Length);
        using var timer = new PeriodicTimer(gap);
        List<Task> sent = [];
        var since = Stopwatch.StartNew();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                for (; sent.Count * gap < since.Elapsed; sent.Add(SendAsync(http, $"http://{answers[prefixes[sent.Count % prefixes.Length]]}:{port}/")))
                {
                    if (sent.Count % prefixes.Length == 0 && asked.IsCompleted)
                        (answers, asked) = (await asked, AnswersAsync(node));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        await asked;
        await Task.WhenAll(sent);
    }

    private static async Task SendAsync(HttpClient http, string url) => (await http.GetAsync(url)).Dispose();
}

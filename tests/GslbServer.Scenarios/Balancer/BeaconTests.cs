using System.Net;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What is asked below /.well-known/gslb/, and reports that are not to be believed.</summary>
public sealed class BeaconTests
{
    private const string Enabled = """
        "DrainWait": 0, "Region": "eu", "Redis": [ "127.0.0.1:1" ], "Latency": { "IncludePrivate": true },
        "Beacon": { "Enabled": true, "Share": 0.5, "Targets": [ { "Region": "na", "Origin": "https://na.example.org/" } ] }
        """;

    [Fact]
    public async Task Probe_and_script_are_served_and_nothing_else_goes_to_backends()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Enabled));

        using HttpResponseMessage probe = await balancer.Client.GetAsync(balancer.Url("/.well-known/gslb/p?1"));
        Assert.Equal(HttpStatusCode.NoContent, probe.StatusCode);
        Assert.Equal("*", probe.Headers.GetValues("Timing-Allow-Origin").Single());
        Assert.Equal("*", probe.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(probe.Headers.CacheControl?.NoStore);

        using HttpResponseMessage script = await balancer.Client.GetAsync(balancer.Url("/.well-known/gslb/b.js"));
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        string text = await script.Content.ReadAsStringAsync();
        Assert.Contains("""{"share":0.5,"own":"eu","targets":[["na","https://na.example.org/.well-known/gslb/"]],"link":null}""", text);
        Assert.InRange(text.Length, 500, 3000);

        Assert.Equal(404, (await balancer.AskProxyAsync("/.well-known/gslb/other")).Status);
        Assert.Equal(405, (await balancer.AskProxyAsync("/.well-known/gslb/r")).Status);
        Assert.Equal((200, "one"), await balancer.AskProxyAsync("/.well-known/other"));
    }

    [Fact]
    public async Task Without_the_setting_the_path_is_the_backends()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        Assert.Equal((200, "one"), await balancer.AskProxyAsync("/.well-known/gslb/p"));
    }

    [Fact]
    public async Task Reports_are_taken_once_and_what_cannot_be_is_refused()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Enabled));

        Assert.Equal(204, await ReportAsync(balancer, "aaaaaaaa", """{"region":"na","ms":90.5},{"region":"eu","ms":20}"""));
        Assert.Equal(429, await ReportAsync(balancer, "aaaaaaaa", """{"region":"na","ms":90.5}"""));
        Assert.Equal(400, await PostAsync(balancer, "no report"));
        Assert.Equal(400, await PostAsync(balancer, ""));
        Assert.Equal(413, await PostAsync(balancer, new string(' ', 3000)));
        Assert.Equal(400, await ReportAsync(balancer, "no nonce", """{"region":"na","ms":90.5}"""));
        Assert.Equal(400, await ReportAsync(balancer, "bbbbbbbb", """{"region":"na","ms":1},{"region":"na","ms":2}"""));
        Assert.Equal(400, await ReportAsync(balancer, "bbbbbbbb", """{"region":"na","ms":"1"}"""));
        // Each sample is judged for itself.
        Assert.Equal(204, await ReportAsync(balancer, "cccccccc", """{"region":"na","ms":-1},{"region":"mars","ms":10},{"region":"eu","ms":1e9}"""));

        await Eventually.TrueAsync(async () => await SamplesAsync(balancer, "unknown_region") == 1, () => "not judged");
        Assert.Equal((1, 1), (await SamplesAsync(balancer, "not_positive"), await SamplesAsync(balancer, "too_long")));
        Assert.Equal((2, 1, 6), (await ReportsAsync(balancer, "taken"), await ReportsAsync(balancer, "repeated"), await ReportsAsync(balancer, "malformed")));
        Assert.Equal(2, await balancer.MetricAsync("gslb_balancer_latency_cells"));
    }

    [Fact]
    public async Task One_connection_reports_once_and_one_prefix_so_often()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Enabled));
        using var kept = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        int[] answers = [await ReportAsync(balancer, "kept0000", """{"region":"na","ms":90}""", kept), await ReportAsync(balancer, "kept0001", """{"region":"na","ms":90}""", kept)];
        Assert.Equal([204, 429], answers);

        int taken = 1;
        for (int i = 0; i < 20; i++) taken += await ReportAsync(balancer, $"flood{i:D4}", """{"region":"na","ms":90}""") == 204 ? 1 : 0;
        Assert.Equal(16, taken);
        Assert.Equal(5, await ReportsAsync(balancer, "flooding"));
    }

    private static Task<int> ReportAsync(BalancerUnderTest balancer, string nonce, string samples, HttpClient? client = null) =>
        PostAsync(balancer, $$"""{"v":1,"nonce":"{{nonce}}","samples":[{{samples}}]}""", client);

    private static async Task<int> PostAsync(BalancerUnderTest balancer, string body, HttpClient? client = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await (client ?? balancer.Client).PostAsync(balancer.Url("/.well-known/gslb/r"), content);
        return (int)response.StatusCode;
    }

    private static Task<double> SamplesAsync(BalancerUnderTest balancer, string verdict) => balancer.MetricAsync($"gslb_balancer_latency_samples_total{{verdict=\"{verdict}\"}}");

    private static Task<double> ReportsAsync(BalancerUnderTest balancer, string verdict) => balancer.MetricAsync($"gslb_balancer_beacon_reports_total{{verdict=\"{verdict}\"}}");
}

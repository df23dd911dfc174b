using System.Text.Json;
using GslbServer.Scenarios.Harness;
using GslbServer.Tests.Repository;
using GslbServer.Tests.Telemetry;

namespace GslbServer.Scenarios.Balancer;

public sealed class WatchingTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c", Parent = "00-" + Trace + "-b7ad6b7169203331-01";

    [Fact]
    public async Task The_metrics_are_those_of_their_table()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        await balancer.GetAsync("/");

        Assert.Empty(MetricsTable.Differences(MetricsPage.Read((await balancer.AdminAsync("/metrics")).Body), MetricsTable.Read(MetricsTable.Balancer)));
    }

    [Fact]
    public async Task The_access_log_goes_on_in_a_new_file_when_the_old_one_is_moved()
    {
        await using Backend one = await Backend.StartAsync("one");
        using var folder = new TemporaryFolder();
        string path = folder.File("access.log"), moved = folder.File("access.log.1");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}", $"\"DrainWait\": 0, \"AccessLog\": {{ \"Path\": \"{path}\" }}"));

        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/a%0Ab?secret=1")) { Headers = { { "traceparent", Parent } } };
        await balancer.Client.SendAsync(request);
        JsonElement first = JsonDocument.Parse(Assert.Single(await LinesAsync(path, 1))).RootElement;
        Assert.Equal(("127.0.0.1", "/a\nb", "web", "one", 200, 3, 1, Trace), (first.GetProperty("client").GetString(), first.GetProperty("path").GetString(), first.GetProperty("route").GetString(),
            first.GetProperty("backend").GetString(), first.GetProperty("status").GetInt32(), first.GetProperty("bytes").GetInt32(), first.GetProperty("attempts").GetInt32(), first.GetProperty("traceId").GetString()));
        Assert.InRange(first.GetProperty("ttfbMs").GetDouble(), 0, first.GetProperty("ms").GetDouble());

        File.Move(path, moved);
        for (int i = 0; i < 3; i++) await balancer.GetAsync("/");
        Assert.Equal(3, (await LinesAsync(path, 3)).Length);
        Assert.Single(await LinesAsync(moved, 1));
        Assert.Equal(4, await balancer.MetricAsync("gslb_balancer_access_log_lines_total{result=\"written\"}"));

        // None but errors and what is slow.
        one.Status = 500;
        balancer.Write(BalancerUnderTest.Settings([one], "\"Metadata\": {}", $"\"DrainWait\": 0, \"AccessLog\": {{ \"Path\": \"{path}\", \"Sample\": 0 }}, \"ReadyClusters\": []"));
        await Eventually.GetAsync(() => balancer.MetricAsync("gslb_balancer_config_reloads_total{result=\"applied\"}"), count => count == 1);
        await balancer.GetAsync("/headers");
        await balancer.AskProxyAsync("/");
        Assert.Equal(["200", "200", "200", "500"], (await LinesAsync(path, 4)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("status").ToString()));
    }

    [Fact]
    public async Task A_trace_goes_on_as_it_came_and_a_request_without_one_is_given_one()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}", "\"DrainWait\": 0, \"Trace\": { \"Sample\": 1 }"));

        Assert.Contains($"traceparent: {Parent}", await HeadersAsync(balancer, Parent, "a=1,b=2"), StringComparer.OrdinalIgnoreCase);
        Assert.Contains("tracestate: a=1,b=2", await HeadersAsync(balancer, Parent, "a=1,b=2"), StringComparer.OrdinalIgnoreCase);
        string made = Assert.Single(await HeadersAsync(balancer, "00-nonsense", "a=1"), line => line.StartsWith("trace", StringComparison.OrdinalIgnoreCase));
        Assert.Matches("^traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01$", made.ToLowerInvariant());
    }

    [Fact]
    public async Task A_collector_gets_spans_as_part_of_the_clients_trace_and_the_metrics_of_the_page()
    {
        await using Collector collector = await Collector.StartAsync();
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}",
            $"\"DrainWait\": 0, \"Otlp\": \"{collector.Url}\", \"Trace\": {{ \"Sample\": 0 }}"));

        string[] headers = await HeadersAsync(balancer, Parent, "a=1");
        string parent = Assert.Single(headers, line => line.StartsWith("traceparent", StringComparison.OrdinalIgnoreCase));
        // The same trace, and our own span as the parent.
        Assert.Contains($"00-{Trace}-", parent, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", parent, StringComparison.Ordinal);
        Assert.EndsWith("-01", parent, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => collector.Spans.Any(span => span.Trace == Trace && span.Parent == "b7ad6b7169203331"), () => $"{collector.Spans.Count} spans");

        MetricsPage page = MetricsPage.Read((await balancer.AdminAsync("/metrics")).Body);
        balancer.Process.Send(Signal.Term);
        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
        // What is told last has all that was counted.
        // OTLP has a summary only whole, with a sum and a count: quantiles alone are gauges there.
        Assert.Equal(page.Families.Values.Where(family => family.Samples.Count > 0).Select(family => (family.Name, family.Type == "summary" ? "gauge" : family.Type)).Order(), collector.Metrics!.Select(metric => (metric.Name, metric.Kind)).Order());
        OtlpPoint durations = Assert.Single(collector.Metrics!.Single(metric => metric.Name == "gslb_balancer_request_duration_seconds").Points);
        Assert.Equal((1UL, "web"), (durations.Count, durations.Attributes["cluster"]));
        Assert.Equal(durations.Buckets.Count - 1, durations.Bounds.Count);
        Assert.Equal("gslb-balancer", collector.Sender["service.name"]);
    }

    private static async Task<string[]> HeadersAsync(BalancerUnderTest balancer, string parent, string state)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/headers")) { Headers = { { "traceparent", parent }, { "tracestate", state } } };
        using HttpResponseMessage response = await balancer.Client.SendAsync(request);
        return (await response.Content.ReadAsStringAsync()).Split('\n');
    }

    private static Task<string[]> LinesAsync(string path, int count) =>
        Eventually.GetAsync(async () => File.Exists(path) ? await File.ReadAllLinesAsync(path) : [], lines => lines.Length >= count);
}

using System.Net;
using GslbServer.Scenarios.Harness;
using GslbServer.Tests.Repository;
using GslbServer.Tests.Telemetry;

namespace GslbServer.Scenarios.Node;

/// <summary>A collector is told what a node counts and what it does.</summary>
public sealed class TelemetryScenario
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_collector_gets_the_metrics_of_the_page_and_spans_of_reloads_and_failovers()
    {
        await using World world = await World.CreateAsync();
        await using Collector collector = await Collector.StartAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"), more: ["--otlp", collector.Url],
            environment: new Dictionary<string, string>
            {
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-token=a%20b",
                ["OTEL_SERVICE_NAME"] = "dns",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            });

        await node.DigAsync("www.example.org A");
        IReadOnlyList<OtlpMetric> told = await Eventually.GetAsync(() => Task.FromResult(collector.Metrics ?? []), metrics => Value(metrics, "gslb_dns_queries_total", "udp") == 1);
        MetricsPage page = MetricsPage.Read(await node.Http.GetStringAsync("metrics"));
        Assert.Equal(page.Families.Keys.Order(), told.Select(metric => metric.Name).Order());
        Assert.All(told, metric => Assert.Equal((page.Families[metric.Name].Type, page.Families[metric.Name].Help), (metric.Kind, metric.Description)));
        Assert.Equal(("dns", "node-1", "a b"), (collector.Sender["service.name"], collector.Sender["service.instance.id"], collector.Token));

        // A refused reload, as part of the trace of who asked for it.
        world.WriteZone("2026112102", "other 20 STEER latency us-easst");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/reload") { Headers = { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } } };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await node.Http.SendAsync(request)).StatusCode);
        OtlpSpan asked = await SpanAsync(collector, span => span.Name == "POST /api/v1/reload"), reload = await SpanAsync(collector, span => span.Name == "reload" && span.Trace == Trace);
        Assert.Equal((Trace, "b7ad6b7169203331", "422"), (asked.Trace, asked.Parent, asked.Attributes["http.response.status_code"]));
        Assert.True(reload.IsError);
        Assert.Contains("us-easst", reload.Message);

        world.Europe.Kill();
        await SpanAsync(collector, span => span is { Name: "probe", IsError: true } && span.Attributes["gslb.monitor"].Contains(world.Address(2), StringComparison.Ordinal));
        await SpanAsync(collector, span => span.Name == "publish" && span.Events.Contains("transition"));
        Assert.All(collector.Spans.Where(span => span.Name == "publish" && span.Parent.Length == 0), span => Assert.NotEmpty(span.Events));

        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
    }

    private static double? Value(IReadOnlyList<OtlpMetric> metrics, string name, string label) =>
        metrics.FirstOrDefault(metric => metric.Name == name)?.Points.FirstOrDefault(point => point.Attributes.Values.Contains(label))?.Value;

    private static Task<OtlpSpan> SpanAsync(Collector collector, Func<OtlpSpan, bool> wanted) =>
        Eventually.GetAsync(() => Task.FromResult(collector.Spans.FirstOrDefault(wanted)), span => span is not null)!;
}

using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace GslbServer.Tests.Telemetry;

public sealed class OtlpMetricsTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddSeconds(100), Now = Start.AddSeconds(60);

    [Fact]
    public void Counters_gauges_and_histograms_keep_names_labels_units_and_times()
    {
        var families = new MetricFamilies();
        families.Counter("gslb_queries_total", "Queries", 3, ("transport", "udp"));
        families.Counter("gslb_queries_total", "Queries", 4, ("transport", "tcp"));
        families.Gauge("gslb_age_seconds", "How old", 0.5);
        families.Family("gslb_nothing", MetricKind.Gauge, "Nothing to tell of yet");
        families.Histogram("gslb_size_bytes", "Sizes", [(64, 2), (128, 1)], above: 5, sum: 999, ("of", "ü"));

        (IReadOnlyDictionary<string, string> resource, IReadOnlyList<OtlpMetric> metrics) = Told(families);

        Assert.Equal("node-1", resource["service.instance.id"]);
        Assert.Equal([("gslb_queries_total", "Queries", "", "counter"), ("gslb_age_seconds", "How old", "s", "gauge"), ("gslb_size_bytes", "Sizes", "By", "histogram")],
            metrics.Select(m => (m.Name, m.Description, m.Unit, m.Kind)));
        Assert.Equal([("udp", 3), ("tcp", 4)], metrics[0].Points.Select(p => (p.Attributes["transport"], p.Value)));
        Assert.All(metrics[0].Points, p => Assert.Equal((100_000_000_000UL, 160_000_000_000UL), (p.Start, p.Time)));
        OtlpPoint age = Assert.Single(metrics[1].Points), sizes = Assert.Single(metrics[2].Points);
        Assert.Equal((0.5, 0UL, 160_000_000_000UL), (age.Value, age.Start, age.Time));
        Assert.Equal((8UL, 999, "ü"), (sizes.Count, sizes.Value, sizes.Attributes["of"]));
        Assert.Equal([2UL, 1, 5], sizes.Buckets);
        Assert.Equal([64, 128], sizes.Bounds);
    }

    [Fact]
    public void A_histogram_without_buckets_is_told_as_count_and_sum()
    {
        var families = new MetricFamilies();
        families.Histogram("gslb_size_bytes", "Sizes", [], above: 7, sum: 70);

        OtlpPoint point = Assert.Single(Assert.Single(Told(families).Metrics).Points);
        Assert.Equal((7UL, 70), (point.Count, point.Value));
        Assert.Empty(point.Buckets);
        Assert.Equal("# HELP gslb_size_bytes Sizes\n# TYPE gslb_size_bytes histogram\ngslb_size_bytes_sum 70\ngslb_size_bytes_count 7\n", PrometheusText.Write(families));
    }

    [Theory]
    [InlineData("gslb_latency_explored_share", "1")]
    [InlineData("gslb_balancer_l4_sent_bytes_total", "By")]
    [InlineData("gslb_regions", "")]
    public void Units_are_those_in_the_names(string name, string unit) => Assert.Equal(unit, OtlpMetricsMessage.UnitOf(name));

    [Fact]
    public void Headers_are_pairs_with_percent_encoded_values() =>
        Assert.Equal([("Authorization", "Bearer a,b"), ("x", "1")], OtlpMetrics.ParseHeaders("Authorization=Bearer%20a%2Cb, x=1,,nonsense"));

    /// <summary>What reads our message here reads that of OpenTelemetry's own exporter, so the two have the same fields.</summary>
    [Fact]
    public void The_message_is_built_as_the_librarys()
    {
        var caught = new Catcher();
        using var meter = new Meter("gslb.test");
        using (MeterProvider provider = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(new OtlpSender("gslb", "1.0", "node-1").Resource).AddMeter(meter.Name)
            .AddView("gslb_size_bytes", new ExplicitBucketHistogramConfiguration { Boundaries = [64, 128], RecordMinMax = false })
            .AddOtlpExporter(otlp => (otlp.Protocol, otlp.HttpClientFactory) = (OtlpExportProtocol.HttpProtobuf, () => new HttpClient(caught, disposeHandler: false))).Build())
        {
            meter.CreateCounter<double>("gslb_queries_total", "", "Queries").Add(3, new KeyValuePair<string, object?>("transport", "udp"));
            meter.CreateObservableGauge("gslb_age_seconds", () => 0.5, "s", "How old");
            Histogram<double> sizes = meter.CreateHistogram<double>("gslb_size_bytes", "By", "Sizes");
            foreach (double size in (double[])[60, 100, 200]) sizes.Record(size);
            provider.ForceFlush();
        }

        var families = new MetricFamilies();
        families.Counter("gslb_queries_total", "Queries", 3, ("transport", "udp"));
        families.Gauge("gslb_age_seconds", "How old", 0.5);
        families.Histogram("gslb_size_bytes", "Sizes", [(64, 1), (128, 1)], above: 1, sum: 360);
        (IReadOnlyDictionary<string, string> resource, IReadOnlyList<OtlpMetric> metrics) = OtlpMessages.Metrics(caught.Body);
        (IReadOnlyDictionary<string, string> ours, IReadOnlyList<OtlpMetric> own) = Told(families);
        Assert.Equal(resource.OrderBy(pair => pair.Key), ours.OrderBy(pair => pair.Key));
        Assert.Equal(metrics.Select(Text).Order(), own.Select(Text).Order());

        static string Text(OtlpMetric metric) => $"{metric.Name} {metric.Description} {metric.Unit} {metric.Kind} " + string.Join("; ", metric.Points.Select(point =>
            $"{string.Join(',', point.Attributes)} {point.Value} {point.Count} [{string.Join(' ', point.Buckets)}] [{string.Join(' ', point.Bounds)}]"));
    }

    private static (IReadOnlyDictionary<string, string> Resource, IReadOnlyList<OtlpMetric> Metrics) Told(MetricFamilies families)
    {
        Resource resource = new OtlpSender("gslb", "1.0", "node-1").Resource.Build();
        return OtlpMessages.Metrics(OtlpMetricsMessage.Write(families, resource, ("gslb", "1.0"), Start, Now).ToArray());
    }

    /// <summary>Takes the place of the network.</summary>
    private sealed class Catcher : HttpMessageHandler
    {
        public byte[] Body { get; private set; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var body = new MemoryStream();
            request.Content!.CopyTo(body, null, cancellationToken);
            Body = body.ToArray();
            return new HttpResponseMessage();
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }
}

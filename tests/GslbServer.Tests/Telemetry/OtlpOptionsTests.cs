namespace GslbServer.Tests.Telemetry;

public sealed class OtlpOptionsTests
{
    [Fact]
    public void Without_a_collector_nothing_is_sent()
    {
        Assert.False(Read(null).IsOn);
        Assert.False(Read("http://127.0.0.1:4318", ("OTEL_SDK_DISABLED", "true")).IsOn);
    }

    [Fact]
    public void A_collector_has_a_path_for_each_signal()
    {
        OtlpOptions options = Read("http://127.0.0.1:4318", ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://elsewhere/x"));
        Assert.Equal(("http://127.0.0.1:4318/v1/metrics", "http://127.0.0.1:4318/v1/traces"), (options.Metrics!.AbsoluteUri, options.Traces!.AbsoluteUri));
        Assert.Equal((10, 60), (options.Timeout.TotalSeconds, options.Interval.TotalSeconds));
    }

    [Fact]
    public void The_standard_variables_say_where_and_how()
    {
        OtlpOptions options = Read(null, ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4318/otel/"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/traces"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=b"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "c=d"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        Assert.Equal(("https://collector.example:4318/otel/v1/metrics", "http://127.0.0.1:9/traces", ("c=d", "a=b"), 2.5, 0.5),
            (options.Metrics!.AbsoluteUri, options.Traces!.AbsoluteUri, options.Headers, options.Timeout.TotalSeconds, options.Interval.TotalSeconds));
        Assert.Null(Read("http://127.0.0.1:4318", ("OTEL_TRACES_EXPORTER", "none")).Traces);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', expected the address of a collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', expected http/protobuf")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", "OTEL_METRICS_EXPORTER: 'prometheus', expected otlp or none")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m", "OTEL_METRIC_EXPORT_INTERVAL: '1m', expected milliseconds")]
    public void What_cannot_be_is_said_once(string name, string value, string expected)
    {
        var errors = new List<string>();
        OtlpOptions.Read(name.EndsWith("ENDPOINT", StringComparison.Ordinal) ? null : new Uri("http://127.0.0.1:4318"), asked => asked == name ? value : null, errors);
        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static OtlpOptions Read(string? collector, params (string Name, string Value)[] variables)
    {
        var errors = new List<string>();
        OtlpOptions options = OtlpOptions.Read(collector is null ? null : new Uri(collector), name => variables.FirstOrDefault(v => v.Name == name).Value, errors);
        Assert.Empty(errors);
        return options;
    }
}

using System.Collections.Concurrent;
using GslbServer.Tests.Telemetry;

namespace GslbServer.Scenarios.Harness;

/// <summary>A collector of OTLP over HTTP on loopback, which keeps what it was sent.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private TinyServer? _server;
    private volatile Tuple<IReadOnlyDictionary<string, string>, IReadOnlyList<OtlpMetric>>? _metrics;

    private Collector()
    {
    }

    public string Url => $"http://127.0.0.1:{_server!.Port}";

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Of the last export; null before the first.</summary>
    public IReadOnlyList<OtlpMetric>? Metrics => _metrics?.Item2;

    /// <summary>Of the last sender of metrics.</summary>
    public IReadOnlyDictionary<string, string> Sender => _metrics!.Item1;

    /// <summary>What the last request had in <c>x-token</c>.</summary>
    public string? Token { get; private set; }

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        collector._server = await TinyServer.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector.Take(context.Request.Path, body.ToArray());
            collector.Token = context.Request.Headers["x-token"];
        });
        return collector;
    }

    public async ValueTask DisposeAsync() => await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);

    private void Take(string? path, byte[] body)
    {
        if (path == "/v1/metrics")
        {
            (IReadOnlyDictionary<string, string> resource, IReadOnlyList<OtlpMetric> metrics) = OtlpMessages.Metrics(body);
            _metrics = Tuple.Create(resource, metrics);
        }
        else
        {
            Assert.Equal("/v1/traces", path);
            foreach (OtlpSpan span in OtlpMessages.Spans(body)) _spans.Enqueue(span);
        }
    }
}

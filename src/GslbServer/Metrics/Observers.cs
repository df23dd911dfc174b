using GslbServer.Dns;
using GslbServer.State;

namespace GslbServer;

/// <summary>What is written down and told of a node's work, and to whom its metrics are sent: queries, events, reloads.</summary>
internal sealed class Observers(NodeOptions options, IEnumerable<RedisStore> stores, Counters counters, Func<ZoneSet> zones, EventLog events, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    /// <summary>Query log and dnstap; null without.</summary>
    public QueryCapture? Capture { get; } = options.Capture.IsOn ? new QueryCapture(options.Capture, options.Node, counters, zones, time, loggers.CreateLogger<QueryCapture>()) : null;

    /// <summary>Who is told of events.</summary>
    public Webhooks Webhooks { get; } = new(options, stores, events, time, new Random(HashCode.Combine(options.Node, time.GetTimestamp())), loggers.CreateLogger<Webhooks>());

    /// <summary>How reloads ended.</summary>
    public ReloadCounts Reloads { get; } = new(time);

    /// <summary>As what a node sends metrics and spans.</summary>
    public static OtlpSender Sender(NodeOptions options) => new("gslb", BuildInfo.Version, options.Node);

    /// <param name="metrics">What there is to tell now.</param>
    public Task RunAsync(Func<MetricFamilies> metrics, CancellationToken stop) => Task.WhenAll(Capture?.RunAsync(stop) ?? Task.CompletedTask, Webhooks.RunAsync(stop),
        new OtlpMetrics(options.Otlp, Sender(options), metrics, time, loggers.CreateLogger<OtlpMetrics>()).RunAsync(stop));

    public void Dispose() => Webhooks.Dispose();
}

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace GslbServer;

/// <summary>Sends spans to a collector for as long as it lives. Listening is what makes spans be made at all.</summary>
public sealed class OtlpTraces : IDisposable
{
    /// <summary>Of the few seconds that a stop may take.</summary>
    private const int LastLimitMilliseconds = 1_000;

    private readonly TracerProvider _provider;

    private OtlpTraces(TracerProvider provider) => _provider = provider;

    /// <param name="sources">Whose spans: names of activity sources.</param>
    /// <param name="share">Of traces that begin here; null: what <c>OTEL_TRACES_SAMPLER</c> says, else all.</param>
    /// <returns>Null where spans go nowhere.</returns>
    public static OtlpTraces? Start(OtlpOptions options, OtlpSender sender, IEnumerable<string> sources, double? share = null)
    {
        if (options.Traces is not { } collector)
        {
            return null;
        }

        TracerProviderBuilder builder = Sdk.CreateTracerProviderBuilder().AddSource([.. sources]).SetResourceBuilder(sender.Resource);
        if (share is { } taken)
        {
            builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(taken)));
        }

        builder.AddOtlpExporter(otlp =>
        {
            (otlp.Endpoint, otlp.Protocol, otlp.TimeoutMilliseconds) = (collector, OtlpExportProtocol.HttpProtobuf, (int)options.Timeout.TotalMilliseconds);
            if (options.Headers.Traces.Length > 0)
            {
                otlp.Headers = options.Headers.Traces;
            }
        });
        return new OtlpTraces(builder.Build());
    }

    public void Dispose()
    {
        _provider.Shutdown(LastLimitMilliseconds);
        _provider.Dispose();
    }
}

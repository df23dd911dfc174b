using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GslbServer.Balancer;

/// <summary>Sends spans of requests (ASP.NET Core's, YARP's and its HTTP client's own) to a collector. Only where <c>Trace:Otlp</c> says so: listening is what makes spans be made
/// at all.</summary>
internal sealed class OtlpExport(TraceSettings settings, string name) : IHostedService, IDisposable
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Yarp.ReverseProxy", "System.Net.Http"];

    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateTracerProviderBuilder().AddSource(Sources).SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.Sample)))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("gslb-balancer", serviceVersion: ProgramVersion.Text, serviceInstanceId: name))
            .AddOtlpExporter(otlp => (otlp.Endpoint, otlp.Protocol) = (settings.Otlp!, OtlpExportProtocol.HttpProtobuf)).Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Shutdown();
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();
}

namespace GslbServer.Balancer;

/// <summary>Sends metrics, and spans of requests (ASP.NET Core's, YARP's and its HTTP client's own), to a collector. Only where settings or the environment say so: listening is what makes spans be made at
/// all.</summary>
internal sealed class OtlpExport(OtlpOptions otlp, BalancerOptions options, MetricsPage page, TimeProvider time, ILogger<OtlpMetrics> logger) : IHostedService, IDisposable
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Yarp.ReverseProxy", "System.Net.Http"];

    private readonly CancellationTokenSource _stop = new();
    private OtlpTraces? _traces;
    private Task _metrics = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var sender = new OtlpSender("gslb-balancer", ProgramVersion.Text, options.Name);
        _traces = OtlpTraces.Start(otlp, sender, Sources, options.Trace.Sample);
        _metrics = Task.Run(() => new OtlpMetrics(otlp, sender, page.Read, time, logger).RunAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _metrics;
        _traces?.Dispose();
    }

    public void Dispose() => _stop.Dispose();
}

using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace GslbServer;

/// <summary>Sends a program's metrics to a collector: at once, then each interval, and at the end. The library's own reader of instruments is not used: it knows no histograms that were counted elsewhere, and
/// leaves out what has more than 2,000 sets of labels.</summary>
/// <param name="read">What there is to tell now; called on a thread of the pool.</param>
public sealed partial class OtlpMetrics(OtlpOptions options, OtlpSender sender, Func<MetricFamilies> read, TimeProvider time, ILogger logger)
{
    /// <summary>For the last export, of the few seconds that a stop may take.</summary>
    private static readonly TimeSpan LastLimit = TimeSpan.FromSeconds(1);

    private readonly Resource _resource = sender.Resource.Build();
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private bool _isFailing;

    /// <summary>Until <paramref name="stop"/>. Where metrics go nowhere, ends at once.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (options.Metrics is not { } collector)
        {
            return;
        }

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = options.Timeout };
        foreach ((string name, string value) in ParseHeaders(options.Headers.Metrics))
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            do
            {
                await SendAsync(client, collector, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            using var limit = new CancellationTokenSource(LastLimit, time);
            await SendAsync(client, collector, limit.Token);
        }
    }

    /// <summary><c>KEY=VALUE,KEY=VALUE</c>, as the variables of OpenTelemetry have it.</summary>
    internal static IEnumerable<(string Name, string Value)> ParseHeaders(string text) =>
        from pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let sign = pair.IndexOf('=', StringComparison.Ordinal)
        where sign > 0
        select (Uri.UnescapeDataString(pair[..sign]).Trim(), Uri.UnescapeDataString(pair[(sign + 1)..]).Trim());

    /// <summary>A collector that does not take it is no matter: what is cumulative, the next export tells.</summary>
    private async Task SendAsync(HttpClient client, Uri collector, CancellationToken cancel)
    {
        string? problem;
        try
        {
            // Its own requests are no spans.
            using IDisposable quiet = SuppressInstrumentationScope.Begin();
            using var content = new ReadOnlyMemoryContent(OtlpMetricsMessage.Write(read(), _resource, (sender.Program, sender.Version), _start, time.GetUtcNow())) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
            using HttpResponseMessage response = await client.PostAsync(collector, content, cancel);
            problem = response.IsSuccessStatusCode ? null : $"it answers {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            problem = e is OperationCanceledException ? "no answer in time" : e.Message;
        }
        catch (OperationCanceledException) when (_isFailing)
        {
            return;
        }

        if (problem is null && _isFailing)
        {
            Log.Taken(logger, collector.Authority);
        }
        else if (problem is not null && !_isFailing)
        {
            Log.NotTaken(logger, collector.Authority, problem);
        }

        _isFailing = problem is not null;
    }

    private static partial class Log
    {
        [LoggerMessage(901, LogLevel.Warning, "Metrics are not taken by the collector at {Collector}: {Why}. It is tried again each interval")]
        public static partial void NotTaken(ILogger logger, string collector, string why);

        [LoggerMessage(902, LogLevel.Information, "Metrics are taken by the collector at {Collector} again")]
        public static partial void Taken(ILogger logger, string collector);
    }
}

using System.Globalization;
using System.Net;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Asks backends how busy they are, beside the requests and never before them. What several balancers send to one backend only the backend knows.</summary>
internal sealed class LoadProbes(TimeProvider time)
{
    public const string InFlightHeader = "X-In-Flight", LatencyHeader = "X-Latency-Ms";

    /// <summary>Asks one backend, unless it was asked just now. Returns at once; silence and nonsense leave what is known to grow old.</summary>
    public void Ask(ClusterState cluster, Backend backend, PrequalSettings settings)
    {
        if (backend.Reports.TryAsk(settings.MaxAge / 4, time)) _ = AskAsync(cluster.Model, backend, settings);
    }

    private async Task AskAsync(ClusterModel cluster, Backend backend, PrequalSettings settings)
    {
        try
        {
            using var limit = new CancellationTokenSource(settings.MaxAge, time);
            using var request = new HttpRequestMessage(HttpMethod.Get, backend.Destination.Model.Config.Address.TrimEnd('/') + settings.ProbePath)
            {
                Version = cluster.Config.HttpRequest?.Version ?? HttpVersion.Version20,
                VersionPolicy = cluster.Config.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
            };
            if (backend.Destination.Model.Config.Host is { Length: > 0 } host) request.Headers.Host = host;
            // Outside the request that caused it: neither its trace nor its culture.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            using HttpResponseMessage response = await cluster.HttpClient.SendAsync(request, limit.Token);
            if (response.IsSuccessStatusCode && Number(response, InFlightHeader) is { } inFlight)
                backend.Reports.Add(new((int)inFlight, Number(response, LatencyHeader), backend.InFlight, time.GetTimestamp()));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or ObjectDisposedException or IOException or UriFormatException or InvalidOperationException)
        {
            // Health is judged by its checks.
        }
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values)
        && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number <= int.MaxValue
            ? number
            : null;
}

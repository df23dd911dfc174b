using Yarp.ReverseProxy;

namespace GslbServer.Balancer;

/// <summary>Health and readiness as HTTP answers: 200 or 503, JSON, never cached.</summary>
internal sealed class HealthView(ServingState state, IProxyStateLookup proxy, L4Service l4)
{
    public bool IsHealthPath(HttpRequest request) =>
        state.Settings.Options.HealthPath is { Length: > 0 } path && request.Path.Equals(path, StringComparison.Ordinal)
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    public Task WriteHealthAsync(HttpContext context) => WriteAsync(context, Health(), withReasons: true);

    public Task WriteReadinessAsync(HttpContext context) =>
        WriteAsync(context, Readiness(), withReasons: true);

    /// <summary>The same verdict where clients can ask: without the names of clusters.</summary>
    public Task WritePublicAsync(HttpContext context) => WriteAsync(context, Health(), withReasons: false);

    public HealthReport Readiness() => HealthReport.Readiness(state.Listening, state.Draining, Clusters(), state.Settings.Options.ReadyClusters);

    public HealthReport Health() => HealthReport.Health(state.Draining, Clusters(), state.Settings.Options.ReadyClusters);

    /// <summary>Of HTTP, and of what is passed on below it.</summary>
    public ClusterHealth[] Clusters() =>
        [.. proxy.GetClusters().Select(ClusterHealth.Of).OrderBy(cluster => cluster.Cluster, StringComparer.Ordinal), .. l4.Listeners.SelectMany(listener => listener.Health())];

    private static Task WriteAsync(HttpContext context, HealthReport report, bool withReasons)
    {
        context.Response.StatusCode = report.Serves ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return withReasons ? context.Response.WriteAsJsonAsync(new { report.Status, report.Reasons }) : context.Response.WriteAsJsonAsync(new { report.Status });
    }
}

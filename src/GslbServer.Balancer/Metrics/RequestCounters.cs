using System.Collections.Concurrent;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Counts proxied requests. Written by all requests at once, read when somebody asks for metrics.</summary>
public sealed class RequestCounters(TimeProvider time)
{
    /// <summary>Destination of requests that no destination could be found for.</summary>
    public const string NoDestination = "none";

    private readonly ConcurrentDictionary<(string Cluster, string Destination), StatusClasses> _answers = [];
    private readonly ConcurrentDictionary<(string Cluster, string Destination), StrongCount> _ejections = [];
    private readonly ConcurrentDictionary<string, DurationHistogram> _durations = [];
    private int _inFlight;

    /// <summary>Requests that are being proxied now, upgraded connections among them.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public IEnumerable<KeyValuePair<(string Cluster, string Destination), StatusClasses>> Answers => _answers;

    public IEnumerable<KeyValuePair<string, DurationHistogram>> Durations => _durations;

    public IEnumerable<KeyValuePair<(string Cluster, string Destination), long>> Ejections =>
        _ejections.Select(pair => KeyValuePair.Create(pair.Key, Volatile.Read(ref pair.Value.Value)));

    /// <summary>Middleware in YARP's pipeline: after it, the feature says where the request went.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        long start = time.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            IReverseProxyFeature feature = context.GetReverseProxyFeature();
            string cluster = feature.Cluster.Config.ClusterId;
            Answered(cluster, feature.ProxiedDestination?.DestinationId ?? NoDestination, context.Response.StatusCode);
            _durations.GetOrAdd(cluster, static _ => new()).Add(time.GetElapsedTime(start));
        }
    }

    public void Answered(string cluster, string destination, int status) => _answers.GetOrAdd((cluster, destination), static _ => new()).Add(status);

    public void CountEjection(string cluster, string destination) =>
        Interlocked.Increment(ref _ejections.GetOrAdd((cluster, destination), static _ => new()).Value);

    private sealed class StrongCount
    {
        public long Value;
    }
}

using System.Collections.Concurrent;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Counts proxied requests. Written by all requests at once, read when somebody asks for metrics.</summary>
/// <remarks>What belongs to a backend, cluster or route is counted there (<see cref="TrafficCounts"/>) and leaves with it; what is here stays.</remarks>
internal sealed class RequestCounters(TrafficTable traffic, TimeProvider time)
{
    /// <summary>Destination of requests that no destination could be found for.</summary>
    public const string NoDestination = "none";

    private readonly StripedCounters _inFlight = new(1);
    private readonly ConcurrentDictionary<(string Cluster, string Destination), StrongCount> _ejections = [];

    /// <summary>Requests that are being proxied now, upgraded connections among them.</summary>
    public int InFlight => (int)_inFlight.Sum(0);

    /// <summary>All that was answered.</summary>
    public TrafficCounts All { get; } = new();

    public IEnumerable<KeyValuePair<(string Cluster, string Destination), long>> Ejections =>
        _ejections.Select(pair => KeyValuePair.Create(pair.Key, Volatile.Read(ref pair.Value.Value)));

    /// <summary>Middleware in YARP's pipeline: after it, the feature says where the request went.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        long start = time.GetTimestamp();
        Exchange exchange = Exchange.Of(context);
        _inFlight.Add(0, 1);
        exchange.Route.InFlight.Add(0, 1);
        try
        {
            await next(context);
        }
        finally
        {
            _inFlight.Add(0, -1);
            exchange.Route.InFlight.Add(0, -1);
            Count(exchange, context.GetReverseProxyFeature().ProxiedDestination, context.Response.StatusCode, time.GetElapsedTime(start));
        }
    }

    public void CountEjection(string cluster, string destination) =>
        Interlocked.Increment(ref _ejections.GetOrAdd((cluster, destination), static _ => new()).Value);

    private void Count(Exchange exchange, DestinationState? destination, int status, TimeSpan duration)
    {
        int bucket = DurationHistogram.BucketOf(duration);
        All.Add(status, bucket, duration);
        exchange.Route.Counts.Add(status, bucket, duration);
        exchange.Cluster.Counts.Add(status, bucket, duration);
        if (destination is null) exchange.Cluster.Unassigned.Add(status);
        else traffic.Of(destination).Counts.Add(status, bucket, duration);
    }

    private sealed class StrongCount
    {
        public long Value;
    }
}

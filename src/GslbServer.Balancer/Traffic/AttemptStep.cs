using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The step of the pipeline around the forwarder, once a backend has been chosen: it times the attempt and tells the backend how it went.</summary>
internal sealed class AttemptStep(TrafficTable traffic, TimeProvider time)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        IReadOnlyList<DestinationState> chosen = context.GetReverseProxyFeature().AvailableDestinations;
        // Without a backend there is no attempt, and the forwarder says 503.
        return chosen.Count == 1 ? RunAsync(context, next, traffic.Of(chosen[0])) : next(context);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next, Backend backend)
    {
        Exchange exchange = Exchange.Of(context);
        // A policy is not asked where there is only one; who comes second then must be seen to come.
        exchange.Cluster.Pools.Arrivals.Look(time);
        var attempt = new Attempt(backend, time.GetTimestamp());
        exchange.Attempt = attempt;
        try
        {
            await next(context);
        }
        finally
        {
            attempt.OnEnded(time.GetTimestamp());
            AttemptLatency.Take(attempt, context, exchange.ClusterSettings.LoadBalancing.PeakEwma, time);
        }
    }
}

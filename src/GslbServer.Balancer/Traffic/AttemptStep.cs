using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

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

    /// <summary>Where the head of an answer passes by, body or none, WebSocket or not. <c>Response.OnStarting</c> would wait for the first octet of a body.</summary>
    internal sealed class FirstByte(TimeProvider time) : ITransformProvider
    {
        private readonly Stamp _stamp = new(time);

        public void ValidateRoute(TransformRouteValidationContext context)
        {
        }

        public void ValidateCluster(TransformClusterValidationContext context)
        {
        }

        public void Apply(TransformBuilderContext context) => context.ResponseTransforms.Insert(0, _stamp);

        private sealed class Stamp(TimeProvider time) : ResponseTransform
        {
            public override ValueTask ApplyAsync(ResponseTransformContext context)
            {
                if (context.ProxyResponse is not null) context.HttpContext.Features.Get<Exchange>()?.Attempt?.OnFirstByte(time.GetTimestamp());
                return default;
            }
        }
    }
}

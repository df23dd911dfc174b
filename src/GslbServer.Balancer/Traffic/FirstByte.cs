using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GslbServer.Balancer;

/// <summary>Tells the attempt when the head of its answer passes through YARP's forwarder, whether a body follows or a WebSocket. <see cref="DirectExchange"/> tells it itself.</summary>
/// <remarks>A transform of every route: one allocation of YARP's for a request, 40 octets. <c>Response.OnStarting</c> would wait for the first octet of a body, and a handler around the client costs a state machine.</remarks>
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

    internal sealed class Stamp(TimeProvider time) : ResponseTransform
    {
        public override ValueTask ApplyAsync(ResponseTransformContext context)
        {
            if (context.ProxyResponse is not null) context.HttpContext.Features.Get<Exchange>()?.Attempt?.OnFirstByte(time.GetTimestamp());
            return default;
        }
    }
}

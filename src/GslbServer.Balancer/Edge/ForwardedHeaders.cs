using System.Net;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GslbServer.Balancer;

/// <summary>Tells backends who asked: <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c>. What a client says of itself is replaced; what a trusted proxy says
/// is kept, and the way to it added.
/// A route with a transform <c>X-Forwarded</c> or <c>Forwarded</c> of its own decides for itself.</summary>
internal sealed class ForwardedHeaders : ITransformProvider
{
    private const string Proto = "X-Forwarded-Proto", Host = "X-Forwarded-Host", Prefix = "X-Forwarded-Prefix";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        bool saysItself = context.Route.Transforms?.Any(transform => transform.Keys.Any(key => key is "X-Forwarded" or "Forwarded")) ?? false;
        if (!saysItself && context.UseDefaultForwarders != false)
        {
            context.UseDefaultForwarders = false;
            context.RequestTransforms.Add(new Telling());
        }
    }

    /// <param name="For">What the trusted proxy said, to which the way to it is added; null if there is none.</param>
    /// <param name="Prefix">Null if there is none.</param>
    internal readonly record struct Values(string? For, string Proto, string? Host, string? Prefix);

    /// <summary>What a backend is told, besides the address of the peer.</summary>
    public static Values Of(HttpRequest request)
    {
        bool isTrusted = request.HttpContext.Features.Get<Exchange>()?.IsFromTrustedProxy ?? false;
        return new Values(Kept(ClientAddress.ForwardedFor), Kept(Proto) ?? request.Scheme, Kept(Host) ?? request.Host.Value, Kept(Prefix) ?? (request.PathBase.HasValue ? request.PathBase.ToUriComponent() : null));

        string? Kept(string name) => isTrusted && request.Headers.TryGetValue(name, out StringValues said) && said.ToString() is { Length: > 0 } text ? text : null;
    }

    private sealed class Telling : RequestTransform
    {
        public override ValueTask ApplyAsync(RequestTransformContext context)
        {
            Values came = Of(context.HttpContext.Request);
            string? peer = Text(context.HttpContext.Connection.RemoteIpAddress);
            Set(context, ClientAddress.ForwardedFor, came.For is null ? peer : peer is null ? came.For : $"{came.For}, {peer}");
            Set(context, Proto, came.Proto);
            Set(context, Host, came.Host);
            Set(context, Prefix, came.Prefix);
            return default;
        }

        private static void Set(RequestTransformContext context, string name, string? value)
        {
            RemoveHeader(context, name);
            if (!string.IsNullOrEmpty(value)) AddHeader(context, name, value);
        }

        private static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
    }
}

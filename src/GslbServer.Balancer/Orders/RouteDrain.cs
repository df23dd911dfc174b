using Microsoft.AspNetCore.Connections.Features;

namespace GslbServer.Balancer;

/// <summary>A drained route takes no new requests: 503, to be asked again elsewhere. What is in flight ends in peace.</summary>
internal static class RouteDrain
{
    private const string RetryAfterSeconds = "5";

    public static Task RunAsync(HttpContext context, RequestDelegate next)
    {
        Exchange exchange = Exchange.Of(context);
        if (!exchange.Route.IsDrained) return next(context);
        exchange.Refuse(Refusal.Drained);
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Task.CompletedTask;
    }
}

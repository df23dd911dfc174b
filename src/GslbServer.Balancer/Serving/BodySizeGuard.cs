using Microsoft.AspNetCore.Http.Features;

namespace GslbServer.Balancer;

/// <summary>Refuses a body that says itself that it is too long before a backend hears of the request; Kestrel would only when the body is read.</summary>
internal static class BodySizeGuard
{
    /// <summary>In YARP's pipeline. A route's own limit outranks Kestrel's; -1 is none.</summary>
    public static Task OnRequest(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength is not { } length) return next(context);
        long? limit = context.GetReverseProxyFeature().Route.Config.MaxRequestBodySize switch
        {
            null => context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize,
            -1 => null,
            long own => own,
        };
        if (!(length > limit)) return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    }
}

using Microsoft.AspNetCore.Http.Features;

namespace GslbServer.Balancer;

/// <summary>Refuses a body that says itself that it is too long before a backend hears of the request; Kestrel would only when the body is read.</summary>
internal static class BodySizeGuard
{
    /// <summary>In YARP's pipeline, where a route's own limit is in force.</summary>
    public static Task OnRequest(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength is not { } length || !(length > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)) return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    }
}

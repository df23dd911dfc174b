using System.Diagnostics;

namespace GslbServer;

/// <summary>A span for each request of the admin API. Streams are left out: they end when somebody closes a page.</summary>
internal static class AdminSpans
{
    public static async Task CoverAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api") || http.Request.Path == EventStream.Path || http.Request.Path == LiveStream.Path)
        {
            await next(http);
            return;
        }

        string route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "/";
        using Activity? span = Spans.BeginRequest($"{http.Request.Method} {route}", http.Request.Headers.TraceParent, http.Request.Headers.TraceState);
        // Names of OpenTelemetry's semantic conventions for HTTP servers.
        span?.SetTag("http.request.method", http.Request.Method).SetTag("http.route", route).SetTag("url.path", http.Request.Path.Value);
        await next(http);
        span?.SetTag("http.response.status_code", http.Response.StatusCode).SetTag("gslb.caller", AdminCaller.Of(http).Name);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            Spans.End(span, $"status {http.Response.StatusCode}");
        }
    }
}

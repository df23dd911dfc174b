using System.Diagnostics;

namespace GslbServer.Balancer;

/// <summary>The step of the pipeline that sees to it that a request has a trace. Without spans of our own (<c>Trace:Otlp</c>) the balancer is no part of a trace, and hands on
/// what came.</summary>
internal static class TraceStep
{
    public static Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // Where somebody listens, ASP.NET Core has begun a span and the client of YARP tells it on.
        if (Activity.Current is null) Ensure(context, Exchange.Of(context));
        return next(context);
    }

    private static void Ensure(HttpContext context, Exchange exchange)
    {
        IHeaderDictionary headers = context.Request.Headers;
        string? came = headers.TraceParent.Count == 1 ? headers.TraceParent[0] : null;
        if (TraceParent.TraceIdOf(came) is { } traceId)
        {
            exchange.TraceId = traceId;
            return;
        }

        TraceSettings settings = exchange.Settings.Options.Trace;
        // A tracestate without its parent means nothing (section 3.3).
        if (came is not null || headers.TraceParent.Count > 1 || headers.TraceState.Count > 0) (headers.TraceParent, headers.TraceState) = (default, default);
        if (!settings.Create) return;
        (string header, exchange.TraceId) = TraceParent.New(Sampling.Takes(settings.Sample));
        headers.TraceParent = header;
    }
}

using System.Diagnostics;

namespace GslbServer.State;

/// <summary>Spans of exchanges with stores: of those that brought news, changed something or failed. There are none where nobody listens.</summary>
public static class StoreSpans
{
    public static readonly ActivitySource Source = new("GslbServer.State");

    internal static Activity? Begin(string store) => Source.StartActivity("store.exchange", ActivityKind.Client)?.SetTag("gslb.store", store);

    /// <param name="isNews">Whether it is worth telling.</param>
    internal static void Succeeded(Activity? span, bool isNews)
    {
        if (span is not null && !isNews)
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    internal static void Failed(Activity? span, Exception e)
    {
        if (span is null)
            return;
        span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        span.SetStatus(ActivityStatusCode.Error, e.Message);
    }
}

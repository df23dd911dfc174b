using System.Diagnostics;
using GslbServer.Probing;
using GslbServer.State;

namespace GslbServer;

/// <summary>Spans of what a node does beside answering. Without a collector (<c>--otlp</c>) there are none; of queries there never are: a query has no time for them.</summary>
/// <remarks>A walk that turns out to have changed nothing is not told: the node merges health each second.</remarks>
internal static class Spans
{
    private static readonly ActivitySource Source = new("gslb", BuildInfo.Version);

    /// <summary>The sources of all rooms.</summary>
    public static readonly IReadOnlyList<string> Sources = [Source.Name, StoreSpans.Source.Name, ProbeSpans.Source.Name];

    /// <returns>Null where nobody wants it.</returns>
    public static Activity? Begin(string name, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        Activity? span = Source.StartActivity(name);
        foreach ((string tag, string value) in tags)
        {
            span?.SetTag(tag, value);
        }

        return span;
    }

    /// <summary>Of a request, which may be part of a trace of its sender.</summary>
    /// <param name="traceParent">As the request has it (W3C Trace Context); null for none.</param>
    public static Activity? BeginRequest(string name, string? traceParent, string? traceState)
    {
        if (!ActivityContext.TryParse(traceParent, traceState, isRemote: true, out ActivityContext parent))
        {
            // What the server below made of it is not ours to be a part of: nobody would be sent it.
            Activity.Current = null;
        }

        return Source.StartActivity(name, ActivityKind.Server, parent);
    }

    /// <param name="problem">Null where all went well.</param>
    public static void End(Activity? span, string? problem) => span?.SetStatus(problem is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, problem);

    /// <summary>Something happened on the way.</summary>
    public static void Note(string kind, string subject, string? from, string? to, string detail)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new ActivityEvent(kind, tags: new ActivityTagsCollection { ["gslb.subject"] = subject, ["gslb.from"] = from, ["gslb.to"] = to, ["gslb.detail"] = detail }));
        }
    }

    /// <summary>A walk of its own on which nothing happened is not sent.</summary>
    public static void DropUnlessNoted(Activity? span)
    {
        if (span is { ParentId: null } && !span.Events.Any())
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}

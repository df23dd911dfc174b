using System.Diagnostics;

namespace GslbServer.Probing;

/// <summary>Spans of probes that failed, or after which the verdict was another: of all there would be thousands a second. There are none where nobody listens.</summary>
/// <remarks>Made when a probe is over, so that it asks the endpoint the very same with them and without.</remarks>
public static class ProbeSpans
{
    public static readonly ActivitySource Source = new("GslbServer.Probing");

    internal static void Tell(Watch.Definition what, ProbeResult result, JudgeState before, JudgeState after, DateTimeOffset begun)
    {
        if (result.Success && before.Verdict == after.Verdict)
            return;
        using Activity? span = Source.StartActivity("probe", ActivityKind.Client, parentContext: default, startTime: begun);
        span?.SetTag("gslb.monitor", what.Monitor.Key).SetTag("gslb.verdict", after.Verdict.ToString().ToLowerInvariant())
            .SetStatus(result.Success ? ActivityStatusCode.Ok : ActivityStatusCode.Error, result.Success ? null : result.Detail);
    }
}

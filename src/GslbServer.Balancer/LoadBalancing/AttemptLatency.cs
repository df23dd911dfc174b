using Microsoft.AspNetCore.Http.Features;

namespace GslbServer.Balancer;

/// <summary>What an attempt says of its backend's latency.</summary>
internal static class AttemptLatency
{
    /// <summary>Octets of a request's body up to which the time to the first byte is the backend's, and not that of the client's uplink.</summary>
    private const long SmallBody = 64 * 1024;

    /// <summary>Adds the attempt's sample, if it has one, to its backend.</summary>
    public static void Take(Attempt attempt, HttpContext context, PeakEwmaSettings settings, TimeProvider time)
    {
        AttemptOutcome outcome = AttemptOutcomes.Of(context);
        if (outcome != AttemptOutcome.GatewayError && IsSlowToSend(context.Request)) return;
        bool isOfHead = attempt.FirstByte != 0 && (outcome is AttemptOutcome.Answered or AttemptOutcome.ClientGone);
        long at = Milliseconds(time, isOfHead ? attempt.FirstByte : attempt.Ended);
        double decay = settings.Decay.TotalMilliseconds;
        double? firstByte = attempt.FirstByte == 0 ? null : time.GetElapsedTime(attempt.Started, attempt.FirstByte).TotalMilliseconds;
        double whole = time.GetElapsedTime(attempt.Started, attempt.Ended).TotalMilliseconds;
        if (Of(outcome, firstByte, whole, attempt.Backend.Latency.Cost(at, decay), settings.ErrorPenalty.TotalMilliseconds) is { } sample) attempt.Backend.Latency.Add(sample, at, decay);
    }

    /// <summary>Milliseconds, or null for nothing learned.</summary>
    /// <param name="firstByte">From the start to the answer's head, null without one.</param>
    /// <param name="cost">What the backend costs now.</param>
    public static double? Of(AttemptOutcome outcome, double? firstByte, double whole, double cost, double errorPenalty) => outcome switch
    {
        // To fail is quick; it must not draw more requests.
        AttemptOutcome.GatewayError => Math.Max(firstByte ?? whole, errorPenalty),
        // Neither praise nor blame, but no oblivion either: without a sample the cost would sink.
        AttemptOutcome.ApplicationError => Math.Max(firstByte ?? whole, cost),
        _ when firstByte is not null => firstByte,
        // It was silent at least so long, and a client cannot make that longer than it was.
        AttemptOutcome.ClientGone when whole > cost => whole,
        _ => null,
    };

    /// <summary>Some clock that only goes forward.</summary>
    public static long Milliseconds(TimeProvider time, long timestamp) => timestamp / (time.TimestampFrequency / 1000);

    /// <summary>A large body, or one of unknown length unless it is a gRPC call, which begins with its message.</summary>
    private static bool IsSlowToSend(HttpRequest request)
    {
        if (request.ContentLength is { } length) return length > SmallBody;
        return request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true;
    }
}

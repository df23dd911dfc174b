namespace GslbServer.Balancer;

/// <summary>The counters of a balancer at one moment.</summary>
/// <param name="At">Monotonic.</param>
/// <param name="Answers">All so far, and of them those with a 5xx status.</param>
/// <param name="Durations">Counts by bucket, as <see cref="DurationHistogram"/>.</param>
/// <param name="Processor">Time of all processors that this process took so far.</param>
public sealed record LoadSample(TimeSpan At, long Answers, long Errors, int InFlight, IReadOnlyList<long> Durations, TimeSpan Processor);

/// <param name="Rps">Requests that came, per second.</param>
/// <param name="Errors">Share of answers with a 5xx status.</param>
/// <param name="P50Ms">Null without answers.</param>
/// <param name="Processors">How many were busy, on average.</param>
public sealed record LoadFigures(double Rps, double Errors, double? P50Ms, double? P99Ms, double Processors, int InFlight);

/// <summary>From counters that only grow to what happened lately: over the last seconds, so that a burst does not look like a load. Not thread-safe.</summary>
public sealed class LoadMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<LoadSample> _samples = [];

    /// <summary>Each about a second after the one before.</summary>
    public LoadFigures Add(LoadSample now)
    {
        _samples.Enqueue(now);
        while (_samples.Count > 2 && now.At - _samples.Peek().At > Window) _samples.Dequeue();
        LoadSample first = _samples.Peek();
        double seconds = (now.At - first.At).TotalSeconds;
        long answers = now.Answers - first.Answers;
        if (seconds <= 0) return new LoadFigures(0, 0, null, null, 0, now.InFlight);
        // What came is what was answered and what is in flight now but was not then: where requests pile up, answers alone would look like rest.
        double came = Math.Max(0, answers + now.InFlight - first.InFlight);
        long[] durations = [.. now.Durations.Select((count, i) => count - (i < first.Durations.Count ? first.Durations[i] : 0))];
        return new LoadFigures(came / seconds, answers > 0 ? Math.Clamp((double)(now.Errors - first.Errors) / answers, 0, 1) : 0, Quantile(durations, 0.5), Quantile(durations, 0.99),
            (now.Processor - first.Processor) / (now.At - first.At), now.InFlight);
    }

    /// <summary>In milliseconds; see <see cref="DurationHistogram.Quantile"/>.</summary>
    public static double? Quantile(IReadOnlyList<long> counts, double quantile) => 1000 * DurationHistogram.Quantile(counts, quantile);
}

namespace GslbServer.Balancer;

/// <summary>Answers and their durations, of one backend, one cluster, one route or the whole balancer. Written by all requests at once.</summary>
internal sealed class TrafficCounts
{
    public StatusClasses Answers { get; } = new();

    public DurationHistogram Durations { get; } = new();

    /// <summary>For those who look: the metrics page and the live page.</summary>
    public RecentDurations Recent { get; } = new();

    /// <param name="bucket">Of the duration: <see cref="DurationHistogram.BucketOf"/>.</param>
    public void Add(int status, int bucket, TimeSpan duration)
    {
        Answers.Add(status);
        Durations.Add(bucket, duration);
    }
}

namespace GslbServer;

public enum MetricKind
{
    /// <summary>Only grows; its name ends in <c>_total</c>.</summary>
    Counter,
    Gauge,
    Histogram,

    /// <summary>Quantiles alone, by the label <c>quantile</c>; a gauge where there is no such kind.</summary>
    Summary,
}

/// <summary>One metric with its values, one for each set of labels.</summary>
/// <param name="Name">As Prometheus writes names: <c>gslb_dns_queries_total</c>, with the unit in it.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help)
{
    /// <summary>Of counters and gauges.</summary>
    public List<MetricSample> Samples { get; } = [];

    /// <summary>Of histograms.</summary>
    public List<MetricHistogram> Histograms { get; } = [];
}

public readonly record struct MetricSample(IReadOnlyList<(string Name, string Value)> Labels, double Value);

/// <param name="Buckets">Upper bound and count of each, not cumulated, in order of bounds. Empty: only count and sum are told.</param>
/// <param name="Above">How many are above the last bound.</param>
public sealed record MetricHistogram(IReadOnlyList<(string Name, string Value)> Labels, IReadOnlyList<(double Bound, double Count)> Buckets, double Above, double Sum)
{
    public double Count => Buckets.Sum(bucket => bucket.Count) + Above;
}

using System.Diagnostics;

namespace GslbServer;

/// <summary>Everything that a program has to say of itself at one moment: families in the order they first came. <see cref="PrometheusText"/> and <see cref="OtlpMetricsMessage"/> tell it on, so that
/// both say the same.</summary>
public sealed class MetricFamilies
{
    private readonly Dictionary<string, MetricFamily> _byName = new(StringComparer.Ordinal);
    private readonly List<MetricFamily> _all = [];

    public IReadOnlyList<MetricFamily> All => _all;

    public void Counter(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) => Add(MetricKind.Counter, name, help, value, labels);

    public void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) => Add(MetricKind.Gauge, name, help, value, labels);

    /// <param name="buckets">Upper bound and count of each, not cumulated, in order of bounds. Empty: only count and sum are told.</param>
    /// <param name="above">How many are above the last bound.</param>
    public void Histogram(string name, string help, IReadOnlyList<(double Bound, double Count)> buckets, double above, double sum, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Family(name, MetricKind.Histogram, help).Histograms.Add(new MetricHistogram(labels.ToArray(), buckets, above, sum));

    /// <summary>Begins a family that is told even if nothing follows, or finds it.</summary>
    public MetricFamily Family(string name, MetricKind kind, string help)
    {
        if (!_byName.TryGetValue(name, out MetricFamily? family))
        {
            _all.Add(_byName[name] = family = new MetricFamily(name, kind, help));
        }

        Debug.Assert(family.Kind == kind, $"{name} is a {family.Kind} and a {kind}");
        return family;
    }

    /// <summary>A value of a family that was begun.</summary>
    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels) => _byName[name].Samples.Add(new MetricSample(labels.ToArray(), value));

    /// <summary>The value of a label: <c>NotPositive</c> becomes <c>not_positive</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat($"{value}".Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : $"{c}"));

    private void Add(MetricKind kind, string name, string help, double value, ReadOnlySpan<(string Name, string Value)> labels) =>
        Family(name, kind, help).Samples.Add(new MetricSample(labels.ToArray(), value));
}

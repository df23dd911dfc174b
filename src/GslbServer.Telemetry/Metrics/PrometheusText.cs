using System.Globalization;
using System.Text;

namespace GslbServer;

/// <summary>Writes the text exposition format of Prometheus, version 0.0.4: each family with its help and type once.</summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(MetricFamilies families)
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in families.All)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (MetricSample sample in family.Samples)
            {
                Write(text, family.Name, "", sample.Labels, null, sample.Value);
            }

            foreach (MetricHistogram histogram in family.Histograms)
            {
                Write(text, family.Name, histogram);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, MetricHistogram histogram)
    {
        double cumulated = 0;
        foreach ((double bound, double count) in histogram.Buckets)
        {
            Write(text, name, "_bucket", histogram.Labels, Number(bound), cumulated += count);
        }

        if (histogram.Buckets.Count > 0)
        {
            Write(text, name, "_bucket", histogram.Labels, "+Inf", histogram.Count);
        }

        Write(text, name, "_sum", histogram.Labels, null, histogram.Sum);
        Write(text, name, "_count", histogram.Labels, null, histogram.Count);
    }

    /// <param name="bound">Of a bucket, which is a label too; null for none.</param>
    private static void Write(StringBuilder text, string name, string suffix, IReadOnlyList<(string Name, string Value)> labels, string? bound, double value)
    {
        text.Append(name).Append(suffix);
        char before = '{';
        foreach ((string label, string said) in labels)
        {
            text.Append(before).Append(label).Append("=\"").Append(Escaped(said)).Append('"');
            before = ',';
        }

        if (bound is not null)
        {
            text.Append(before).Append("le=\"").Append(bound).Append('"');
            before = ',';
        }

        text.Append(before == '{' ? "" : "}").Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escaped(string value) => value.AsSpan().ContainsAny('\\', '"', '\n') ? value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal) : value;

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text;

namespace GslbServer;

/// <summary>Writes the text exposition format of Prometheus, version 0.0.4: families in the order they first came, each with its help and type once.</summary>
public sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Dictionary<string, StringBuilder> _families = new(StringComparer.Ordinal);

    /// <summary>Something that only grows; its name ends in <c>_total</c>.</summary>
    public void Counter(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) => Add("counter", name, help, Labels(labels), value);

    public void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) => Add("gauge", name, help, Labels(labels), value);

    /// <param name="labels">Already in exposition form, without braces; may be empty.</param>
    public void CounterWithLabels(string name, string help, string labels, double value) => Add("counter", name, help, labels.Length == 0 ? "" : $"{{{labels}}}", value);

    /// <param name="buckets">Upper bound and count of each, not cumulated, in order; what is above the last bound is not counted.</param>
    public void Histogram(string name, string help, IReadOnlyList<(double Bound, double Count)> buckets, double sum, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        double cumulated = 0;
        foreach ((double bound, double count) in buckets)
        {
            cumulated += count;
            Sample("histogram", name, help, "_bucket", Labels([.. labels, ("le", Number(bound))]), cumulated);
        }

        Sample("histogram", name, help, "_bucket", Labels([.. labels, ("le", "+Inf")]), cumulated);
        Sample("histogram", name, help, "_sum", Labels(labels), sum);
        Sample("histogram", name, help, "_count", Labels(labels), cumulated);
    }

    public override string ToString() => string.Concat(_families.Values);

    private void Add(string type, string name, string help, string labels, double value) => Sample(type, name, help, "", labels, value);

    private void Sample(string type, string name, string help, string suffix, string labels, double value)
    {
        if (!_families.TryGetValue(name, out StringBuilder? family))
        {
            _families[name] = family = new StringBuilder();
            family.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            family.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        }

        family.Append(name).Append(suffix).Append(labels).Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (labels.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach ((string name, string value) in labels)
        {
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);
}

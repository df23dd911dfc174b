using System.Globalization;

namespace GslbServer;

/// <summary>Values out of Prometheus text (exposition format 0.0.4), by name and one label.</summary>
internal sealed class MetricSamples
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    /// <summary>Lines that are no sample are left out.</summary>
    public static MetricSamples Parse(string text)
    {
        var samples = new MetricSamples();
        foreach (string line in text.Split('\n'))
        {
            int space = line.LastIndexOf(' ');
            if (space > 0 && line[0] != '#' && double.TryParse(line.AsSpan(space + 1), CultureInfo.InvariantCulture, out double value))
            {
                samples._values[line[..space]] = value;
            }
        }

        return samples;
    }

    /// <summary>0 for what is not there.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    /// <summary>Of a metric with one label: its values by that label.</summary>
    public IEnumerable<(string Label, double Value)> By(string metric, string label)
    {
        string start = $"{metric}{{{label}=\"", end = "\"}";
        return _values.Where(one => one.Key.StartsWith(start, StringComparison.Ordinal) && one.Key.EndsWith(end, StringComparison.Ordinal))
            .Select(one => (Label: one.Key[start.Length..^end.Length], one.Value)).Where(one => !one.Label.Contains('"', StringComparison.Ordinal));
    }
}

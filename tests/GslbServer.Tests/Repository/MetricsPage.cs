using System.Globalization;
using System.Text.RegularExpressions;

namespace GslbServer.Tests.Repository;

/// <summary>A family of a page: its help and type, then its samples.</summary>
public sealed record MetricFamily(string Name, string Type, string Help, List<MetricSample> Samples);

/// <param name="Suffix">Of a histogram: <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</param>
/// <param name="Labels">Without <c>le</c>.</param>
public sealed record MetricSample(string Suffix, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>A page in the text format of Prometheus, version 0.0.4, read as strictly as the format is written, and by the naming rules of promtool.</summary>
public sealed partial class MetricsPage
{
    public Dictionary<string, MetricFamily> Families { get; } = [];

    public static MetricsPage Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var page = new MetricsPage();
        var seen = new HashSet<string>();
        MetricFamily? family = null;
        foreach (string line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ', 4);
                family = new MetricFamily(words[2], "", words[3], []);
                Assert.True(words[3].Length > 0, $"no help: {line}");
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.True(words.Length == 4 && family?.Name == words[2] && family.Type.Length == 0 && words[3] is "counter" or "gauge" or "histogram" or "summary", $"not a type in its place: {line}");
                family = family! with { Type = words[3] };
                Assert.True(page.Families.TryAdd(family.Name, family), $"{family.Name} stands twice");
                Assert.True(words[3] == "counter" == family.Name.EndsWith("_total", StringComparison.Ordinal), $"{family.Name}: of all only counters end in _total");
                continue;
            }

            Match sample = Sample().Match(line);
            Assert.True(sample.Success && family is { Type.Length: > 0 }, $"not a sample: {line}");
            Assert.True(seen.Add(line[..line.LastIndexOf(' ')]), $"twice: {line}");
            page.Add(family!, sample);
        }

        return page;
    }

    private void Add(MetricFamily family, Match sample)
    {
        string suffix = sample.Groups["name"].Value[family.Name.Length..];
        Assert.StartsWith(family.Name, sample.Groups["name"].Value, StringComparison.Ordinal);
        Assert.Contains(suffix, (string[])(family.Type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]));
        var labels = Label().Matches(sample.Groups["labels"].Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(suffix == "_bucket", labels.Remove("le"));
        Assert.True(family.Type == "summary" == labels.ContainsKey("quantile"), $"{family.Name}: of all only summaries have the label quantile");
        string value = sample.Groups["value"].Value;
        family.Samples.Add(new MetricSample(suffix, labels, value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
        }));
    }

    [GeneratedRegex("""^(?<name>[a-z][a-z0-9_]*)(\{(?<labels>([a-z][a-z0-9_]*="([^"\\\n]|\\["\\n])*"(,|(?=\})))+)\})? (?<value>NaN|[+-]Inf|-?[0-9.]+([eE][+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-z][a-z0-9_]*)="((?:[^"\\]|\\.)*)"[,]?""")]
    private static partial Regex Label();
}

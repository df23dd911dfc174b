using System.Text.RegularExpressions;

namespace GslbServer.Tests.Repository;

/// <summary>A row of a table of metrics: what a page may serve.</summary>
/// <param name="OnlyWith">What has to be there for it to be served; empty for always.</param>
public sealed record DocumentedMetric(string Name, string Type, IReadOnlySet<string> Labels, string OnlyWith);

/// <summary>The tables of a README whose rows are metrics: name, type, unit, labels, meaning, only with.</summary>
public static partial class MetricsTable
{
    public const string Node = "src/GslbServer/Metrics/README.md", Balancer = "src/GslbServer.Balancer/Metrics/README.md";

    public static IReadOnlyDictionary<string, DocumentedMetric> Read(string path)
    {
        var metrics = new Dictionary<string, DocumentedMetric>();
        foreach (string line in RepositoryFiles.Read(path).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Split('|')[1..^1].Select(cell => cell.Trim())];
            Assert.True(cells.Length == 6, $"{path}: not six columns: {line}");
            var metric = new DocumentedMetric(cells[0].Trim('`'), cells[1], Code().Matches(cells[3]).Select(m => m.Groups[1].Value).ToHashSet(), cells[5]);
            Assert.True(metrics.TryAdd(metric.Name, metric), $"{path}: {metric.Name} stands twice");
            Assert.True(cells[4].Length > 0, $"{path}: {metric.Name} says not what it means");
        }

        return metrics;
    }

    /// <summary>Every name of a metric that code writes down.</summary>
    /// <param name="prefix">Of the program: <c>gslb</c>.</param>
    public static IReadOnlySet<string> NamedIn(string folder, string prefix) => RepositoryFiles.Sources(folder).Concat(RepositoryFiles.Sources("src/GslbServer.Listeners"))
        .SelectMany(file => Name().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value.Replace("{prefix}", prefix, StringComparison.Ordinal))).ToHashSet();

    /// <summary>What is wrong between a page and its table, both ways.</summary>
    public static IReadOnlyList<string> Differences(MetricsPage page, IReadOnlyDictionary<string, DocumentedMetric> table) =>
    [
        .. page.Families.Values.Where(family => !table.ContainsKey(family.Name)).Select(family => $"{family.Name} is served and in no table"),
        .. page.Families.Values.Where(family => table.TryGetValue(family.Name, out DocumentedMetric? row) && row.Type != family.Type).Select(family => $"{family.Name} is served as {family.Type}"),
        .. page.Families.Values.Where(family => table.TryGetValue(family.Name, out DocumentedMetric? row) && family.Samples.Any(sample => !sample.Labels.Keys.ToHashSet().SetEquals(row.Labels)))
            .Select(family => $"{family.Name} is served with the labels {string.Join(' ', family.Samples[0].Labels.Keys)}"),
        .. table.Values.Where(row => row.OnlyWith.Length == 0 && !page.Families.ContainsKey(row.Name)).Select(row => $"{row.Name} is in the table and not served"),
    ];

    [GeneratedRegex("\"((?:gslb|process|\\{prefix\\})_[a-z0-9_]+)\"")]
    private static partial Regex Name();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}

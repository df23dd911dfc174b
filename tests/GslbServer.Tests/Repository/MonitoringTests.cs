using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GslbServer.Tests.Repository;

/// <summary>Dashboards and alert rules ask only for what nodes and balancers serve, and each alert says what to do.</summary>
public sealed partial class MonitoringTests
{
    private const string Rules = "deploy/prometheus/gslb.rules.yml", Runbook = "deploy/prometheus/README.md";

    private static readonly string[] OfPrometheus = ["up", "time", "vector"];

    /// <summary>Labels that Prometheus adds, and that histograms have.</summary>
    private static readonly string[] AnyLabels = ["instance", "job", "le"];

    private static readonly Dictionary<string, DocumentedMetric[]> Metrics = MetricsTable.Read(MetricsTable.Node).Values.Concat(MetricsTable.Read(MetricsTable.Balancer).Values)
        .GroupBy(metric => metric.Name).ToDictionary(same => same.Key, same => same.ToArray());

    public static TheoryData<string> Files => ["deploy/grafana/gslb-nodes.json", "deploy/grafana/gslb-balancers.json", Rules];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_metric_and_label_that_is_asked_for_is_in_a_table(string path)
    {
        string[] expressions = Expressions(path);
        Assert.NotEmpty(expressions);
        Assert.Empty(expressions.SelectMany(Problems));
    }

    [Fact]
    public void Every_alert_has_its_place_in_the_runbook_and_the_other_way_round()
    {
        string[] alerts = [.. Alert().Matches(RepositoryFiles.Read(Rules)).Select(m => m.Groups[1].Value)];
        Assert.Equal(alerts.Order(), Heading().Matches(RepositoryFiles.Read(Runbook)).Select(m => m.Groups[1].Value).Order());
        Assert.All(alerts, alert => Assert.Contains($"runbook: deploy/prometheus/README.md#{alert.ToLowerInvariant()}\n", RepositoryFiles.Read(Rules), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("check", "rules", "gslb.rules.yml")]
    [InlineData("test", "rules", "gslb.rules.test.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    public async Task Promtool_finds_nothing_wrong(string verb, string what, string file)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", [verb, what, file])
        {
            WorkingDirectory = Path.Combine(RepositoryFiles.Root, "deploy", "prometheus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, output);
    }

    private static string[] Expressions(string path)
    {
        string text = RepositoryFiles.Read(path);
        if (path.EndsWith(".yml", StringComparison.Ordinal))
        {
            return [.. Expression().Matches(text).Select(m => JsonSerializer.Deserialize<string>(m.Groups[1].Value)!)];
        }

        using var dashboard = JsonDocument.Parse(text);
        JsonElement root = dashboard.RootElement;
        return
        [
            .. root.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!)),
            .. root.GetProperty("templating").GetProperty("list").EnumerateArray().Where(variable => variable.TryGetProperty("definition", out _))
                .Select(variable => LabelValues().Match(variable.GetProperty("definition").GetString()!)).Select(m => $"sum by ({m.Groups[2].Value}) ({m.Groups[1].Value})"),
        ];
    }

    private static IEnumerable<string> Problems(string expression)
    {
        string plain = Quoted().Replace(expression, "\"\"");
        (string Name, string Labels)[] selectors = [.. Selector().Matches(Grouping().Replace(plain, " ")).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).Where(s => !OfPrometheus.Contains(s.Item1))];
        foreach ((string name, string labels) in selectors)
        {
            if (Find(name) is not { } rows)
            {
                yield return $"{name} is in no table: {expression}";
                continue;
            }

            foreach (string label in Matcher().Matches(labels).Select(m => m.Groups[1].Value).Where(label => !Has(rows, label)))
            {
                yield return $"{name} has no label {label}: {expression}";
            }
        }

        foreach (string label in Grouping().Matches(plain).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)).Distinct())
        {
            foreach ((string name, _) in selectors.Where(s => Find(s.Name) is { } rows && !Has(rows, label)))
            {
                yield return $"{name} has no label {label} to group by: {expression}";
            }
        }
    }

    private static DocumentedMetric[]? Find(string name) => Metrics.TryGetValue(name, out DocumentedMetric[]? rows) ? rows
        : Suffix().Match(name) is { Success: true } m && Metrics.TryGetValue(name[..m.Index], out rows) && rows[0].Type == "histogram" ? rows : null;

    private static bool Has(DocumentedMetric[] rows, string label) => AnyLabels.Contains(label) || rows.Any(row => row.Labels.Contains(label));

    [GeneratedRegex("""- alert: (\w+)""")]
    private static partial Regex Alert();

    [GeneratedRegex("""(?m)^### (\w+)$""")]
    private static partial Regex Heading();

    [GeneratedRegex("""(?m)^\s+expr: (".*")$""")]
    private static partial Regex Expression();

    [GeneratedRegex("""label_values\((\w+), (\w+)\)""")]
    private static partial Regex LabelValues();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\b(?:by|without|on|ignoring)\s*\(([^)]*)\)""")]
    private static partial Regex Grouping();

    /// <summary>A name with an underscore or one of Prometheus' own, not called as a function.</summary>
    [GeneratedRegex("""\b(up|time|vector|[a-z]+(?:_[a-z0-9]+)+)\b(?!\s*\()(?:\{([^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex("""([a-z_]+)\s*(?:=~|!~|!=|=)""")]
    private static partial Regex Matcher();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}

using GslbServer.Dns;
using GslbServer.Tests.Repository;

namespace GslbServer.Tests.Metrics;

/// <summary>The table of metrics says what a node serves, and nothing else.</summary>
public sealed class MetricsTableTests(FullNode node) : IClassFixture<FullNode>
{
    private static readonly IReadOnlyDictionary<string, DocumentedMetric> Table = MetricsTable.Read(MetricsTable.Node);

    [Fact]
    public async Task Every_family_that_a_node_serves_is_in_the_table_as_it_is_and_every_row_is_served() =>
        Assert.Empty(MetricsTable.Differences(MetricsPage.Read(await node.MetricsAsync()), Table));

    [Fact]
    public async Task What_is_served_only_with_some_feature_is_served_by_a_node_with_them()
    {
        MetricsPage page = MetricsPage.Read(await node.MetricsAsync());
        string[] elsewhere = ["balancers", "balancers with a capacity", "a map in force", "keys are kept elsewhere", "a zone that came", "`--redis`", "`--xdp`"];
        Assert.Empty(Table.Values.Where(row => row.OnlyWith.Length > 0 && !elsewhere.Contains(row.OnlyWith) && !page.Families.ContainsKey(row.Name)).Select(row => row.Name));
    }

    [Fact]
    public void Every_metric_that_the_code_names_is_in_the_table_and_the_other_way_round() =>
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), MetricsTable.NamedIn("src/GslbServer", "gslb").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_metric_that_the_balancers_code_names_is_in_its_table_and_the_other_way_round() =>
        Assert.Equal(MetricsTable.Read(MetricsTable.Balancer).Keys.Order(StringComparer.Ordinal), MetricsTable.NamedIn("src/GslbServer.Balancer", "gslb_balancer").Where(name => name != "gslb_balancer").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Answers_are_counted_by_type_size_region_and_name()
    {
        MetricsPage before = MetricsPage.Read(await node.MetricsAsync());
        await node.AskAsync("www.example.org.", RecordType.A);
        await node.AskAsync("www.example.org.", RecordType.A);
        await node.AskAsync("example.org.", RecordType.SOA);
        MetricsPage after = MetricsPage.Read(await node.MetricsAsync());

        double Grown(string name, string suffix = "", params (string, string)[] labels) => Value(after, name, suffix, labels) - Value(before, name, suffix, labels);
        Assert.Equal(2, Grown("gslb_dns_questions_total", "", ("type", "A")));
        Assert.Equal(1, Grown("gslb_dns_questions_total", "", ("type", "SOA")));
        Assert.Equal(2, Grown("gslb_region_answers_total", "", ("region", "eu-west.example.org.")));
        Assert.Equal(0, Grown("gslb_region_answers_total", "", ("region", "us-east.example.org.")));
        Assert.Equal(2, Grown("gslb_name_answers_total", "", ("name", "www.example.org.")));
        Assert.Equal(3, Grown("gslb_dns_response_size_bytes", "_count"));
        Assert.InRange(Grown("gslb_dns_response_size_bytes", "_sum"), 3 * 40, 3 * 512);
    }

    private static double Value(MetricsPage page, string name, string suffix, (string Name, string Value)[] labels) =>
        page.Families[name].Samples.Single(s => s.Suffix == suffix && labels.All(label => s.Labels[label.Name] == label.Value)).Value;
}

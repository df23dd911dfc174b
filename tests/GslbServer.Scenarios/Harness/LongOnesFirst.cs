using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("GslbServer.Scenarios.Harness." + nameof(LongOnesFirst), "GslbServer.Scenarios")]

namespace GslbServer.Scenarios.Harness;

/// <summary>Classes that take a minute or more begin first, or the last of them would run alone at the end.</summary>
public sealed class LongOnesFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
        [nameof(Anycast.VrrpScenario), nameof(Node.LoadScenario), nameof(Node.OverridesScenario), nameof(Node.KeyLifeScenario), nameof(Node.DnssecScenario), nameof(Node.TwoNodesScenario), nameof(Documents.DocumentsScenario), nameof(Dashboard.DashboardScenario)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.FindIndex(Long, name => collection.DisplayName.EndsWith('.' + name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length);
}

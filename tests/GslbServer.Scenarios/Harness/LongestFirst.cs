using GslbServer.Scenarios.Faults;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("GslbServer.Scenarios.Harness.LongestFirst", "GslbServer.Scenarios")]

namespace GslbServer.Scenarios.Harness;

/// <summary>The fault matrix is one collection and takes longest: begun last it would run alone in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName != FaultMatrix.Name);
}

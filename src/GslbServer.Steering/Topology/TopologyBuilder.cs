namespace GslbServer.Steering;

/// <summary>Reads the grammar of REGION, CHECK and STEER (zone-language.md), resolves names to indices and checks the whole: all problems at once.</summary>
public static class TopologyBuilder
{
    /// <param name="records">Of all zones together, since targets may be names of other zones served by the node.</param>
    /// <param name="topology">Null when any problem is an error.</param>
    public static IReadOnlyList<ConfigProblem> Build(IReadOnlyList<ConfigRecord> records, out Topology? topology) => throw new NotImplementedException();
}

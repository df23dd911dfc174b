using GslbServer.Steering;

namespace GslbServer;

/// <summary>A world in which some targets are gone.</summary>
internal static class PlannedOverrides
{
    /// <param name="down">As if they had failed.</param>
    /// <param name="drained">As if an operator had drained them.</param>
    /// <exception cref="InputException">A target means nothing in these zones.</exception>
    public static SteeringTable Apply(SteeringTable table, IReadOnlyList<string> down, IReadOnlyList<string> drained)
    {
        List<string> problems = [];
        ActiveOverride[] overrides = [.. down.Select(target => Of(target, OverrideState.Down, "--down")), .. drained.Select(target => Of(target, OverrideState.Drain, "--drain"))];
        if (problems.Count > 0) throw new InputException(problems);
        return overrides.Length == 0 ? table : SteeringTable.Compile(table.Plan, table.Health with { Overrides = [.. overrides] }, table);

        ActiveOverride Of(string text, OverrideState state, string flag)
        {
            string canonical = OverrideTarget.Read(text, table.Plan.Topology, out string? problem)?.Canonical ?? text;
            if (problem is not null) problems.Add($"{flag} {text}: {problem}");
            return new ActiveOverride(new OperatorOverride(canonical, state, 100, "planned", "", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null, Forced: true, ""), 1, table.Health.Now, UnderWay: false);
        }
    }
}

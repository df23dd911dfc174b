namespace GslbServer.Steering;

/// <summary>A region that recovered and that <c>failback=manual</c> keeps from clients of a name until an undrain.</summary>
/// <param name="Name">Index into <see cref="Topology.Names"/>.</param>
/// <param name="Region">Index into <see cref="Topology.Regions"/>.</param>
/// <param name="Since">When it came up, on the clock of <see cref="HealthTable.Now"/>.</param>
public sealed record HeldTarget(int Name, int Region, TimeSpan Since)
{
    public static IReadOnlyList<HeldTarget> All(SteeringTable table)
    {
        var held = new List<HeldTarget>();
        foreach (NamePlan plan in table.Plan.Names.Where(plan => plan.Name.ManualFailback))
        {
            NameState state = table.Names[plan.Index];
            for (int i = 0; i < plan.AllDownOrdinal; i++)
            {
                TimeSpan[] waits = [.. new[] { state.IPv4.Targets[i], state.IPv6.Targets[i] }.OfType<TargetState>().Select(target => target.WaitsSince)
                    .Where(since => since > TimeSpan.MinValue && since < TimeSpan.MaxValue)];
                if (waits.Length > 0 && plan.TargetAt(i) is { IsName: false, Index: var region })
                    held.Add(new HeldTarget(plan.Index, region, waits.Min()));
            }
        }

        return held;
    }

    /// <summary>Whether an undrain of this target releases it.</summary>
    public bool IsMeantBy(OverrideTarget target) => target.Regions.Contains(Region) && (target.Name < 0 || target.Name == Name);
}

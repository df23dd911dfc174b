namespace GslbServer.Steering;

/// <summary>A target that passes its probes and that an override keeps from a name of which nothing else serves.</summary>
/// <param name="Name">Owner of the steered name.</param>
/// <param name="By">In force all the same: it was forced, or says down.</param>
public sealed record KeptOut(string Name, ActiveOverride By)
{
    public static IReadOnlyList<KeptOut> All(SteeringTable table)
    {
        var all = new List<KeptOut>();
        foreach (NamePlan plan in table.Health.Overrides.IsEmpty ? [] : table.Plan.Names)
        {
            foreach (FamilyState state in (FamilyState[])[table.Names[plan.Index].IPv4, table.Names[plan.Index].IPv6])
            {
                if ((state.Up | state.Yields) == 0)
                    all.AddRange(state.Targets.SkipLast(1).Select(target => target?.KeptOutBy).OfType<ActiveOverride>().Select(active => new KeptOut(plan.Name.Owner, active)));
            }
        }

        return [.. all.Distinct()];
    }
}

namespace GslbServer.Steering;

/// <summary>The safety rule at use: where an override without force gives way, because with it a name would have nothing left to serve with. It was safe when it was decided; then
/// another region died, or another operator took the other one at the same moment.</summary>
/// <param name="Name">Owner of the steered name.</param>
/// <param name="By">The override that gives way there.</param>
public sealed record StandingAside(string Name, ActiveOverride By)
{
    /// <summary>The same override at the same name, whatever its share by now.</summary>
    public bool IsSame(StandingAside other) => Name == other.Name && By.Override.Revision == other.By.Override.Revision;

    /// <summary>All of them at this moment, by name.</summary>
    public static IReadOnlyList<StandingAside> All(SteeringTable table)
    {
        var all = new List<StandingAside>();
        foreach (NamePlan plan in table.Plan.Names)
        {
            NameState state = table.Names[plan.Index];
            if ((state.IPv4.Unforced | state.IPv6.Unforced) == 0 && !state.IsYielding(isIPv6: false) && !state.IsYielding(isIPv6: true))
                continue;
            ActiveOverride?[] aside = [.. state.All(isIPv6: false).Concat(state.All(isIPv6: true)).Select(seen => In(plan, seen)),
                Last(plan, state.IPv4, isIPv6: false), Last(plan, state.IPv6, isIPv6: true)];
            all.AddRange(aside.OfType<ActiveOverride>().Distinct().Select(active => new StandingAside(plan.Name.Owner, active)));
        }

        return all;
    }

    /// <summary>The drain that gives way for some client of a name; null for none.</summary>
    internal static ActiveOverride? In(NamePlan plan, FamilyState state)
    {
        if (state.Yields == 0)
            return null;
        foreach (ulong allowed in plan.Ranking.AllAllowed)
        {
            if ((state.Up & allowed) == 0 && Candidates.Of(plan, state, allowed, TakeMode.Yielding) is > 0 and var yielding)
                return Target(state, yielding)?.YieldedBy;
        }

        return null;
    }

    /// <summary><c>drain of eu-west stands aside</c>.</summary>
    internal static string Describe(ActiveOverride active) => $"{active.Override.State.ToString().ToLowerInvariant()} of {active.Override.Target} stands aside";

    /// <summary>The same after <c>all-down</c>, which revives nobody: operators took all there is.</summary>
    private static ActiveOverride? Last(NamePlan plan, FamilyState state, bool isIPv6)
    {
        bool hasOtherAnswer = plan.Name.AllDown is AllDown.ServFail or AllDown.NoData || (plan.HasStatic(isIPv6) && !plan.IsFenced);
        if (state.Unforced == 0 || hasOtherAnswer)
            return null;
        foreach (ulong place in plan.Ranking.AllAllowed)
        {
            ulong allowed = place & plan.ExistingOf(isIPv6);
            if ((allowed & ~state.Taken) == 0 && (allowed & (state.Up | state.Yields)) == 0 && Candidates.Of(plan, state, allowed, TakeMode.Unforced) is > 0 and var given)
                return Target(state, given)?.UnforcedBy;
        }

        return null;
    }

    private static TargetState? Target(FamilyState state, ulong bits) => state.Targets[System.Numerics.BitOperations.TrailingZeroCount(bits)];
}

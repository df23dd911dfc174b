using System.Numerics;

namespace GslbServer.Steering;

/// <summary>The targets that may be taken at each resort, as bits by ordinal. Hot: no allocation.</summary>
internal static class Candidates
{
    /// <param name="allowed">What this client may have: fences, and targets with an address of the family.</param>
    public static ulong Of(NamePlan plan, FamilyState state, ulong allowed, TakeMode mode) => mode switch
    {
        TakeMode.Serving or TakeMode.Reluctant => state.Up,
        TakeMode.Returned => FirstReturned(plan, state, allowed & state.Up),
        TakeMode.LastGood => LastGood(plan, state, allowed & ~state.Taken),
        _ => ~state.Taken,
    };

    /// <summary>Those that came up first, as far as that can be told apart in time.</summary>
    private static ulong FirstReturned(NamePlan plan, FamilyState state, ulong up)
    {
        TimeSpan first = TimeSpan.MaxValue;
        for (ulong rest = up; rest != 0; rest &= rest - 1)
        {
            if (state.Targets[BitOperations.TrailingZeroCount(rest)] is { } target && target.WaitsSince < first)
                first = target.WaitsSince;
        }

        TimeSpan until = first > TimeSpan.MinValue && first < TimeSpan.MaxValue ? first + plan.DetectionTime : first;
        ulong found = 0;
        for (ulong rest = up; rest != 0; rest &= rest - 1)
        {
            int ordinal = BitOperations.TrailingZeroCount(rest);
            found |= state.Targets[ordinal] is { } target && target.WaitsSince <= until ? 1UL << ordinal : 0;
        }

        return found;
    }

    /// <summary>Among the targets that this client may have, those that failed last, as far as failures can be told apart in time.</summary>
    private static ulong LastGood(NamePlan plan, FamilyState state, ulong allowed)
    {
        TimeSpan latest = TimeSpan.MinValue;
        for (ulong rest = allowed; rest != 0; rest &= rest - 1)
        {
            if (state.Targets[BitOperations.TrailingZeroCount(rest)] is { } target && target.DownAt > latest)
                latest = target.DownAt;
        }

        TimeSpan since = latest == TimeSpan.MinValue ? latest : latest - plan.DetectionTime;
        ulong found = 0;
        for (ulong rest = allowed; rest != 0; rest &= rest - 1)
        {
            int ordinal = BitOperations.TrailingZeroCount(rest);
            found |= state.Targets[ordinal] is { } target && target.DownAt >= since ? 1UL << ordinal : 0;
        }

        return found;
    }
}

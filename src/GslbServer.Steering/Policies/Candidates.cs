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
        // A nested name that serves others finds out for itself.
        TakeMode.Yielding => NewestTaken(state, allowed & state.Yields & ~state.Up, target => target.YieldedBy) | (allowed & state.Yields & state.Up),
        TakeMode.Unforced => (allowed & ~state.Taken) is > 0 and var free ? free : NewestTaken(state, allowed & state.Unforced, target => target.UnforcedBy),
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

    /// <summary>Those whose override was decided last: what was decided before it, others have relied on.</summary>
    private static ulong NewestTaken(FamilyState state, ulong taken, Func<TargetState, ActiveOverride?> by)
    {
        string newest = "";
        ulong found = 0;
        for (ulong rest = taken; rest != 0; rest &= rest - 1)
        {
            int ordinal = BitOperations.TrailingZeroCount(rest);
            if (state.Targets[ordinal] is not { } target || by(target) is not { Override.Revision: var revision })
                continue;
            int order = string.CompareOrdinal(revision, newest);
            if (order < 0)
                continue;
            newest = revision;
            found = order == 0 ? found | (1UL << ordinal) : 1UL << ordinal;
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

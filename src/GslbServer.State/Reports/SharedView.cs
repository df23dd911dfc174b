using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>What of an observation is worth telling others: as little change as decides the same. Every node hears of every change of every other.</summary>
internal static class SharedView
{
    /// <summary>A round trip that moved by less is the same.</summary>
    private const double SameMilliseconds = 1, SameShare = 0.2;

    /// <summary>Streaks are told exactly up to here.</summary>
    private const int ExactStreak = 10;

    public static Observation Of(Observation seen) => Rounded(seen.Streak) == seen.Streak ? seen : seen with { Streak = Rounded(seen.Streak) };

    /// <summary>Other nodes could decide differently by it.</summary>
    public static bool Decides(Observation told, Observation seen) =>
        !ReferenceEquals(told, seen) && told with { RttMilliseconds = 0, Detail = "" } != seen with { RttMilliseconds = 0, Detail = "" };

    /// <summary>Only people could.</summary>
    public static bool Reads(Observation told, Observation seen) => told.Detail != seen.Detail
        || Math.Abs(told.RttMilliseconds - seen.RttMilliseconds) > Math.Max(SameMilliseconds, told.RttMilliseconds * SameShare);

    /// <summary>10, 12, 16, 24, 32, 48, 64 ...: what is waited for comes a little late, never early.</summary>
    public static int Rounded(int streak)
    {
        int length = Math.Abs(Math.Max(streak, -int.MaxValue));
        if (length <= ExactStreak)
            return streak;
        int top = 1 << int.Log2(length);
        int rounded = Math.Max(ExactStreak, length >= top + (top / 2) ? top + (top / 2) : top);
        return Math.Sign(streak) * rounded;
    }
}

using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A <see cref="RememberedHealth"/> as written; times in seconds before the file was.</summary>
/// <param name="Verdict"><c>unknown</c>, <c>up</c> or <c>down</c>.</param>
/// <param name="SuppressedSeconds">How long it is still to get no clients; negative where that is over.</param>
internal sealed record HealthRecord(string Monitor, string Verdict, double? ChangedSecondsAgo = null, double Penalty = 0, double PenaltySecondsAgo = 0, int Flaps = 0,
    double? SuppressedSeconds = null)
{
    private const double LongestSeconds = 100 * 86_400;

    public static HealthRecord From(RememberedHealth value) => new(
        value.Monitor,
        value.Verdict switch { Steering.Verdict.Up => "up", Steering.Verdict.Down => "down", _ => "unknown" },
        value.ChangedAgo is { } changed ? Math.Round(changed.TotalSeconds, 3) : null,
        Math.Round(value.Penalty, 3), Math.Round(value.PenaltyAgo.TotalSeconds, 3), value.Flaps,
        value.SuppressedFor is { } suppressed ? Math.Round(suppressed.TotalSeconds, 3) : null);

    /// <param name="age">Of the file.</param>
    /// <returns>Null where it is not understood.</returns>
    public RememberedHealth? ToHealth(TimeSpan age)
    {
        Verdict? verdict = Verdict switch { "up" => Steering.Verdict.Up, "down" => Steering.Verdict.Down, "unknown" => Steering.Verdict.Unknown, _ => null };
        bool isGood = verdict is not null && IsAge(ChangedSecondsAgo ?? 0) && IsAge(PenaltySecondsAgo) && Penalty >= 0 && Flaps >= 0 && Math.Abs(SuppressedSeconds ?? 0) <= LongestSeconds;
        return !isGood ? null : new RememberedHealth(Monitor, verdict!.Value, Ago(ChangedSecondsAgo), Penalty, TimeSpan.FromSeconds(PenaltySecondsAgo) + age, Flaps,
            SuppressedSeconds is { } left ? TimeSpan.FromSeconds(left) - age : null);

        TimeSpan? Ago(double? seconds) => seconds is { } then ? TimeSpan.FromSeconds(then) + age : null;
    }

    private static bool IsAge(double seconds) => seconds is >= 0 and <= LongestSeconds;
}

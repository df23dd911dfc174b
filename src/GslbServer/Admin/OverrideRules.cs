using GslbServer.Steering;

namespace GslbServer;

/// <summary>From what an operator asks for to what can be stored; everything that is wrong at once. Pure.</summary>
internal static class OverrideRules
{
    /// <summary>Characters; a reason is a sentence, not a report.</summary>
    private const int MaxTextLength = 500;

    /// <summary>Longer ramps are weights in the zone.</summary>
    private static readonly TimeSpan MaxRamp = TimeSpan.FromHours(24);

    /// <param name="target">In canonical form.</param>
    /// <param name="problems">Gets one line per field that cannot be.</param>
    /// <returns>Without revision: the state feed stamps it. Meaningful only without problems.</returns>
    public static OperatorOverride Build(string target, OverrideRequest request, string owner, DateTimeOffset utcNow, List<string> problems)
    {
        OverrideState state = StateOf(request.State, problems);
        string reason = (request.Reason ?? "").Trim();
        if (reason.Length == 0 && state != OverrideState.None)
        {
            problems.Add("reason: missing; whoever looks at this later needs to know why");
        }
        else if (reason.Length > MaxTextLength || reason.Any(char.IsControl))
        {
            problems.Add($"reason: expected at most {MaxTextLength} characters on one line");
        }

        if (owner.Any(char.IsControl))
        {
            problems.Add("owner: expected a name on one line");
        }

        int percent = request.Percent ?? 100;
        if (percent is < 1 or > 100)
        {
            problems.Add($"percent: {percent}; expected 1 to 100");
        }
        else if (percent != 100 && state is OverrideState.Down or OverrideState.Up)
        {
            problems.Add($"percent: {percent}; only a drain can be partial");
        }

        TimeSpan ramp = RampOf(request.Ramp, state, problems);
        if (request.StartsAt is { } starts && starts < utcNow)
        {
            problems.Add($"startsAt: {starts:u} has passed; it is {utcNow:u}");
        }

        if (request.ExpiresAt is { } expires && expires <= (request.StartsAt ?? utcNow))
        {
            problems.Add($"expiresAt: {expires:u}; expected a time after {(request.StartsAt is null ? "now" : "startsAt")}, {request.StartsAt ?? utcNow:u}");
        }

        return new OperatorOverride(target, state, percent, reason, owner, utcNow, ramp, request.StartsAt?.ToUniversalTime(), request.ExpiresAt?.ToUniversalTime(),
            request.Force, "");
    }

    private static OverrideState StateOf(string? text, List<string> problems)
    {
        switch (text)
        {
            case "drain":
                return OverrideState.Drain;
            case "down":
                return OverrideState.Down;
            case "up":
                return OverrideState.Up;
            default:
                problems.Add($"state: {(text is null ? "missing" : $"\"{text}\"")}; expected \"drain\", \"down\" or \"up\"");
                return OverrideState.None;
        }
    }

    private static TimeSpan RampOf(string? text, OverrideState state, List<string> problems)
    {
        if (text is null)
        {
            return TimeSpan.Zero;
        }

        if (!Durations.TryParse(text, out TimeSpan ramp) || ramp > MaxRamp)
        {
            problems.Add($"ramp: \"{text}\"; expected a time such as 60s, at most {Durations.Format(MaxRamp)}");
        }
        else if (ramp > TimeSpan.Zero && state is OverrideState.Down or OverrideState.Up)
        {
            problems.Add("ramp: only a drain can be gradual");
        }

        return ramp;
    }
}

using System.Globalization;

namespace GslbServer;

/// <summary>The times that <c>--at</c> takes: RFC 3339 with its offset, or the operator's own clock, as <c>at</c> and <c>systemd-run --on-calendar</c> do; <c>+2h</c> from now. What is stored is UTC, so
/// that no node's time zone matters.</summary>
internal static class StartTime
{
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK"];

    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    /// <param name="time">Its local time zone is the operator's.</param>
    /// <param name="value">UTC, to come.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, TimeProvider time, out DateTimeOffset value, out string problem)
    {
        DateTimeOffset now = time.GetLocalNow();
        string word = text.Trim().ToUpperInvariant();
        problem = "";
        if (word.StartsWith('+') && Steering.Durations.TryParse(text.Trim()[1..], out TimeSpan wait))
        {
            value = now.ToUniversalTime() + wait;
            return true;
        }

        if (TimeOnly.TryParseExact(word, ["H:mm", "H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock))
        {
            DateTime today = now.Date + clock.ToTimeSpan();
            return TryLocal(today > now.DateTime ? today : today.AddDays(1), time.LocalTimeZone, out value, out problem);
        }

        bool hasOffset = word.EndsWith('Z') || (word.Length > 10 && word.AsSpan(10).ContainsAny('+', '-'));
        if (hasOffset && DateTimeOffset.TryParseExact(word, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset exact))
        {
            value = exact.ToUniversalTime();
        }
        else if (!hasOffset && DateTime.TryParseExact(word, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
        {
            if (!TryLocal(local, time.LocalTimeZone, out value, out problem))
            {
                return false;
            }
        }
        else
        {
            value = default;
            problem = "expected a time such as 22:30 (the next one here), 2026-11-21T22:30:00Z, 2026-11-21T22:30+01:00 or +2h";
            return false;
        }

        if (value <= now)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"has passed; it is {now.ToUniversalTime():u}");
        }

        return problem.Length == 0;
    }

    private static bool TryLocal(DateTime local, TimeZoneInfo zone, out DateTimeOffset value, out string problem)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        problem = zone.IsInvalidTime(local) ? $"is no time in {zone.Id}: clocks go forward over it; write it with an offset, such as 2026-03-29T02:30+01:00"
            : zone.IsAmbiguousTime(local) ? $"is there twice in {zone.Id}: clocks go back over it; write it with an offset, such as 2026-10-25T02:30+01:00" : "";
        value = problem.Length > 0 ? default : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        return problem.Length == 0;
    }
}

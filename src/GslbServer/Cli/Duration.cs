using System.Buffers;
using System.Globalization;

namespace GslbServer;

/// <summary>Durations as people type them: <c>45m</c>, <c>1h30m</c>, <c>250ms</c>, <c>2d</c>; a bare number is seconds.</summary>
internal static class Duration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
        {
            return false;
        }

        if (double.TryParse(rest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double bare))
        {
            return TryAdd(ref duration, bare);
        }

        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            {
                return false;
            }

            rest = rest[digits..];
            int letters = rest.IndexOfAny(Digits);
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            double seconds = unit switch
            {
                "ms" => 0.001,
                "s" => 1,
                "m" or "min" => 60,
                "h" => 3600,
                "d" => 86400,
                "w" => 604800,
                _ => double.NaN,
            };
            if (double.IsNaN(seconds) || !TryAdd(ref duration, count * seconds))
            {
                return false;
            }

            rest = rest[unit.Length..];
        }

        return true;
    }

    /// <summary>The shortest text that says it to the second: <c>45m</c>, <c>1h30m</c>, <c>2d3h</c>; under a second <c>250ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Format(-duration);
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (int)duration.TotalMilliseconds)}ms");
        }

        (long Count, string Unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s")];
        return string.Concat(parts.Where(p => p.Count > 0).Select(p => p.Count.ToString(CultureInfo.InvariantCulture) + p.Unit));
    }

    /// <summary>For ages: the two largest units are enough.</summary>
    public static string FormatRough(TimeSpan duration) => Format(duration.TotalDays >= 1 ? TimeSpan.FromHours(Math.Floor(duration.TotalHours))
        : duration.TotalHours >= 1 ? TimeSpan.FromMinutes(Math.Floor(duration.TotalMinutes)) : TimeSpan.FromSeconds(Math.Floor(duration.TotalSeconds)));

    private static bool TryAdd(ref TimeSpan duration, double seconds)
    {
        // A century is more than anybody means, and far from where TimeSpan overflows. NaN compares as false.
        if (!(duration.TotalSeconds + seconds <= 100 * 366 * 86400.0))
        {
            return false;
        }

        duration += TimeSpan.FromSeconds(seconds);
        return true;
    }
}

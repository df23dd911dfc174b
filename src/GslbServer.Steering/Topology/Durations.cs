using System.Globalization;

namespace GslbServer.Steering;

/// <summary>Times as zone files and operators write them: <c>2s</c>, <c>500ms</c>, <c>1m30s</c>, <c>2d</c>; a bare number is seconds, as TTLs are.</summary>
public static class Durations
{
    /// <summary>More than anybody means, and far from where <see cref="TimeSpan"/> overflows.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(100 * 366);

    /// <param name="duration">To the millisecond.</param>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.Length == 0)
            return false;

        double seconds = 0;
        for (int i = 0; i < text.Length;)
        {
            int number = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
                i++;
            int unit = i;
            while (i < text.Length && char.IsAsciiLetter(text[i]))
                i++;
            if (number == unit || !double.TryParse(text.AsSpan(number, unit - number), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
                return false;
            bool bare = unit == i && number == 0 && i == text.Length;
            if (bare)
                seconds = count;
            else if (SecondsPer(text.AsSpan(unit, i - unit)) is { } factor)
                seconds += count * factor;
            else
                return false;
        }

        if (seconds > Longest.TotalSeconds)
            return false;
        duration = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return true;
    }

    /// <summary>The shortest form that <see cref="TryParse"/> reads back: <c>45m</c>, <c>1m30.5s</c>, <c>2d3h</c>, <c>250ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            return "-" + Format(-duration);
        if (duration < TimeSpan.FromSeconds(1))
            return duration == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###}ms");

        (double Count, string Unit)[] parts =
            [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds + (duration.Milliseconds / 1000.0), "s")];
        return string.Concat(parts.Where(part => part.Count > 0).Select(part => part.Count.ToString("0.###", CultureInfo.InvariantCulture) + part.Unit));
    }

    /// <summary>For ages: whole seconds, and the two largest units of more. What is not over yet counts as now.</summary>
    public static string FormatAge(TimeSpan age) => Format(
        age < TimeSpan.Zero ? TimeSpan.Zero
        : age.TotalDays >= 1 ? TimeSpan.FromHours(Math.Floor(age.TotalHours))
        : age.TotalHours >= 1 ? TimeSpan.FromMinutes(Math.Floor(age.TotalMinutes))
        : TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)));

    private static double? SecondsPer(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" or "min" => 60,
        "h" => 3600,
        "d" => 86400,
        "w" => 604800,
        _ => null,
    };
}

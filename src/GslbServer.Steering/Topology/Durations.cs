using System.Globalization;

namespace GslbServer.Steering;

/// <summary>Times as the zone language writes them: <c>2s</c>, <c>500ms</c>, <c>1m30s</c>; a bare number is seconds, as TTLs are.</summary>
internal static class Durations
{
    /// <summary>Longer ones are slips of the pen.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

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

    /// <summary>The shortest form that <see cref="TryParse"/> reads back.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration.Milliseconds != 0)
        {
            return duration < TimeSpan.FromSeconds(1)
                ? $"{duration.Milliseconds}ms"
                : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s");
        }

        long seconds = (long)duration.TotalSeconds;
        string text = "";
        if (seconds >= 3600)
            text += $"{seconds / 3600}h";
        if (seconds % 3600 >= 60)
            text += $"{seconds % 3600 / 60}m";
        if (seconds % 60 > 0 || text.Length == 0)
            text += $"{seconds % 60}s";
        return text;
    }

    private static double? SecondsPer(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => null,
    };
}

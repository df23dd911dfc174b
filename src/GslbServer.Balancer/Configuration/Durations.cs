using System.Globalization;

namespace GslbServer.Balancer;

/// <summary>Times as people write them: <c>30s</c>, <c>500ms</c>, <c>2m</c>, <c>1h</c>, plain seconds, or .NET's <c>00:00:30</c>.</summary>
public static class Durations
{
    private static readonly (string Unit, TimeSpan One)[] Units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)), ("", TimeSpan.FromSeconds(1))];

    /// <returns>False for anything else, negative times among it. A plain number is seconds: .NET would take it for days.</returns>
    public static bool TryParse(string text, out TimeSpan value)
    {
        foreach ((string unit, TimeSpan one) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            // "NaN" is a number to .NET.
            if (!char.IsAsciiDigit(text.FirstOrDefault()) || !double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) continue;
            value = number * one.TotalSeconds < TimeSpan.MaxValue.TotalSeconds ? number * one : TimeSpan.MaxValue;
            return true;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && text.Contains(':') && value >= TimeSpan.Zero;
    }
}

using System.Globalization;

namespace GslbServer.Balancer;

/// <summary>Single values of a configuration section. What cannot be read adds one line of error and gives the fallback.</summary>
internal static class SettingValues
{
    public static TimeSpan Duration(IConfigurationSection section, TimeSpan fallback, TimeSpan least, TimeSpan most, string expected, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (Durations.TryParse(text, out TimeSpan value) && value >= least && value <= most) return value;
        errors.Add($"{section.Path}: \"{text}\", expected {expected}");
        return fallback;
    }

    public static bool Flag(IConfigurationSection section, bool fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (bool.TryParse(text, out bool value)) return value;
        errors.Add($"{section.Path}: \"{text}\", expected true or false");
        return fallback;
    }

    /// <summary>0 to 1.</summary>
    public static double Share(IConfigurationSection section, double fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value <= 1) return value;
        errors.Add($"{section.Path}: \"{text}\", expected a share from 0 to 1 such as 0.05");
        return fallback;
    }

    /// <summary>1 to 63 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>: part of a key in the stores.</summary>
    public static string Name(IConfigurationSection section, string fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return text;
        errors.Add($"{section.Path}: \"{text}\", expected 1 to 63 letters, digits, dots, hyphens or underscores");
        return fallback;
    }

    /// <summary>A list, or one text in its place. An empty list in JSON arrives as an empty text.</summary>
    public static string[] Texts(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];

    public static void UnknownKeys(IConfigurationSection section, Type options, List<string> errors)
    {
        string[] known = [.. options.GetProperties().Select(property => property.Name)];
        foreach (IConfigurationSection child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"{child.Path}: unknown setting{NearestWord.Suggest(child.Key, known)}");
        }
    }
}

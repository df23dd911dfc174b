using System.Net;

namespace GslbServer.Balancer;

/// <summary>Reads the <c>Balancer</c> section and names everything that is wrong with it.</summary>
internal static class BalancerOptionsReader
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(1);

    /// <param name="errors">One line per error is added, each with the configuration path.</param>
    public static BalancerOptions Read(IConfigurationSection section, List<string> errors)
    {
        var fallback = new BalancerOptions();
        UnknownKeys(section, errors);
        return new BalancerOptions
        {
            Admin = Admin(section.GetSection(nameof(BalancerOptions.Admin)), fallback.Admin, errors),
            DrainWait = Duration(section.GetSection(nameof(BalancerOptions.DrainWait)), fallback.DrainWait, errors),
            DrainLimit = Duration(section.GetSection(nameof(BalancerOptions.DrainLimit)), fallback.DrainLimit, errors),
            HealthPath = HealthPath(section.GetSection(nameof(BalancerOptions.HealthPath)), fallback.HealthPath, errors),
            ReadyClusters = Texts(section.GetSection(nameof(BalancerOptions.ReadyClusters))),
            PreserveHost = Flag(section.GetSection(nameof(BalancerOptions.PreserveHost)), fallback.PreserveHost, errors),
            Region = Region(section.GetSection(nameof(BalancerOptions.Region)), errors),
            Redis = Redis(section.GetSection(nameof(BalancerOptions.Redis)), errors),
        };
    }

    private static void UnknownKeys(IConfigurationSection section, List<string> errors)
    {
        string[] known = [.. typeof(BalancerOptions).GetProperties().Select(property => property.Name)];
        foreach (IConfigurationSection child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"{child.Path}: unknown setting{NearestWord.Suggest(child.Key, known)}");
        }
    }

    private static IPEndPoint Admin(IConfigurationSection section, IPEndPoint fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        // IPEndPoint takes a missing port for 0: what stands after the last colon must be a port, and the colon not the address's own.
        bool hasPort = address.StartsWith('[') ? address.Contains("]:", StringComparison.Ordinal) : address.Count(c => c == ':') == 1;
        if (hasPort && IPEndPoint.TryParse(address, out IPEndPoint? parsed)) return parsed;
        errors.Add($"{section.Path}: \"{text}\", expected ADDR:PORT such as 127.0.0.1:8054 or [::1]:8054");
        return fallback;
    }

    private static TimeSpan Duration(IConfigurationSection section, TimeSpan fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (Durations.TryParse(text, out TimeSpan value) && value <= LongestDrain) return value;
        errors.Add($"{section.Path}: \"{text}\", expected a time from 0 to 24 h such as 30s, 500ms, 2m or 00:00:30");
        return fallback;
    }

    private static string HealthPath(IConfigurationSection section, string fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (text.Length == 0 || (text[0] == '/' && !text.Contains('?') && !text.Contains(' '))) return text;
        errors.Add($"{section.Path}: \"{text}\", expected a path such as /healthz, or nothing for none");
        return fallback;
    }

    private static bool Flag(IConfigurationSection section, bool fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (bool.TryParse(text, out bool value)) return value;
        errors.Add($"{section.Path}: \"{text}\", expected true or false");
        return fallback;
    }

    /// <summary>A region is the owner of a REGION record: one label, or a whole name.</summary>
    private static string? Region(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { } text) return null;
        bool isName = text.Length is > 0 and <= 253 && text.TrimEnd('.').Split('.').All(label =>
            label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        if (!isName) errors.Add($"{section.Path}: \"{text}\", expected the name of a region such as eu-west");
        return text;
    }

    private static string[] Redis(IConfigurationSection section, List<string> errors)
    {
        string[] stores = Texts(section);
        foreach (string store in stores)
        {
            // Endpoints come first and have no "="; settings such as password=... follow.
            if (!store.Split(',').Any(part => part.Trim() is { Length: > 0 } word && !word.Contains('=')))
            {
                errors.Add($"{section.Path}: \"{store}\", expected HOST:PORT[,option=value...] as StackExchange.Redis reads it");
            }
        }

        return stores;
    }

    /// <summary>A list, or one text in its place. An empty list in JSON arrives as an empty text.</summary>
    private static string[] Texts(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];
}

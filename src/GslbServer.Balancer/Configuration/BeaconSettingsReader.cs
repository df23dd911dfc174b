using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Reads <c>Balancer:Beacon</c>.</summary>
internal static class BeaconSettingsReader
{
    public static BeaconSettings Read(IConfigurationSection section, List<string> errors)
    {
        var fallback = new BeaconSettings();
        SettingValues.UnknownKeys(section, typeof(BeaconSettings), errors);
        var settings = new BeaconSettings
        {
            Enabled = SettingValues.Flag(section.GetSection(nameof(BeaconSettings.Enabled)), fallback.Enabled, errors),
            Share = SettingValues.Share(section.GetSection(nameof(BeaconSettings.Share)), fallback.Share, errors),
            Targets = Targets(section.GetSection(nameof(BeaconSettings.Targets)), errors),
            Link = Link(section.GetSection(nameof(BeaconSettings.Link)), errors),
        };
        if (settings is { Enabled: true, Targets.Count: 0 }) errors.Add($"{section.Path}:Targets: missing, a beacon needs regions to time such as [ {{ \"Region\": \"eu-west\", \"Origin\": \"https://eu.example.org\" }} ]");
        return settings;
    }

    private static List<BeaconTarget> Targets(IConfigurationSection section, List<string> errors)
    {
        List<BeaconTarget> targets = [];
        foreach (IConfigurationSection target in section.GetChildren())
        {
            SettingValues.UnknownKeys(target, typeof(BeaconTarget), errors);
            string region = (target[nameof(BeaconTarget.Region)] ?? "").ToLowerInvariant(), origin = target[nameof(BeaconTarget.Origin)] ?? "";
            bool isLabel = region.Length is > 0 and <= 63 && region.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
            if (!isLabel) errors.Add($"{target.Path}:Region: \"{region}\", expected the label of a region such as eu-west");
            if (!IsOrigin(origin)) errors.Add($"{target.Path}:Origin: \"{origin}\", expected https://HOST[:PORT]");
            if (targets.Any(known => known.Region == region)) errors.Add($"{target.Path}:Region: \"{region}\" is there twice");
            targets.Add(new BeaconTarget(region, origin));
        }

        // One place among them is this balancer's own.
        if (targets.Count >= LatencyOptions.MaxRegions) errors.Add($"{section.Path}: {targets.Count} regions, expected at most {LatencyOptions.MaxRegions - 1}");
        return targets;
    }

    private static string? Link(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { Length: > 0 } text) return null;
        bool hasOneStar = text.Count(c => c == '*') == 1 && text.Contains("://*.", StringComparison.Ordinal);
        if (hasOneStar && IsOrigin(text.Replace('*', 'x'))) return text;
        errors.Add($"{section.Path}: \"{text}\", expected an origin whose first label is a star such as https://*.b.example.org");
        return null;
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
        && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}

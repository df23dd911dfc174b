using GslbServer.Steering;

namespace GslbServer;

/// <summary>Whether a TARGET exists, and what an override would take away.</summary>
internal static class OverrideSafety
{
    public static bool TryParseTarget(string text, Topology topology, out string canonical, out string? error)
    {
        canonical = text.ToLowerInvariant();
        error = null;
        if (topology.Regions.Any(r => text == r.Label || text == r.Name))
        {
            return true;
        }

        error = $"{text} is no target (regions: {string.Join(", ", topology.Regions.Select(r => r.Label).Distinct())})";
        return false;
    }

    public static IReadOnlyList<string> NamesThatWouldLoseTheirLastTarget(SteeringTable steering, OperatorOverride value)
        => [.. steering.Plan.Topology.Names.Where(n => n.Owner == value.Target).Select(n => n.Owner)];

    public static bool IsAbout(OperatorOverride value, Region region)
    {
        string target = value.Target[(value.Target.IndexOf('@', StringComparison.Ordinal) + 1)..].Split('/')[0];
        return target == region.Label || target == region.Name;
    }

    public static bool IsAboutName(OperatorOverride value, SteeredName name)
    {
        int at = value.Target.IndexOf('@', StringComparison.Ordinal);
        return !value.Target.Contains('/') && (at < 0 || value.Target[..at] == name.Owner);
    }
}

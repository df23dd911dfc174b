namespace GslbServer;

/// <summary>A TARGET as part of a URL. Its slash may come encoded or plain; Kestrel leaves <c>%2F</c> in paths as it is.</summary>
internal static class OverridePath
{
    /// <exception cref="CliException">It names a folder to whoever reads paths.</exception>
    public static string Of(string target) => target is "." or ".." ? throw new CliException($"\"{target}\" is no target; expected eu-west, eu-west.gslb.example., eu-west/198.51.100.10 or www.gslb.example.@eu-west")
        : "/api/v1/overrides/" + Uri.EscapeDataString(target);

    public static string TargetOf(string? routeValue) => (routeValue ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Trim();
}

namespace GslbServer;

/// <summary>A TARGET as part of a URL. Its slash may come encoded or plain; Kestrel leaves <c>%2F</c> in paths as it is.</summary>
internal static class OverridePath
{
    public static string Of(string target) => "/api/v1/overrides/" + Uri.EscapeDataString(target);

    public static string TargetOf(string routeValue) => routeValue.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Trim();
}

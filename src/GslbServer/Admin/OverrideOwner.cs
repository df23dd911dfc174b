namespace GslbServer;

/// <summary>Who decided: what the request says, else the token's name, else the user that the command ran as, else where the request came from.</summary>
internal static class OverrideOwner
{
    /// <summary>The OS user of the command that asks, percent-encoded. A hint, not a proof.</summary>
    public const string UserHeader = "X-Gslb-User";

    private const int MaxLength = 100;

    /// <summary>Where a request came from, for the audit trail: the address, and the user that the command said it ran as.</summary>
    public static string OriginOf(HttpContext http)
    {
        string user = UserOf(http);
        return $"{http.Connection.RemoteIpAddress}{(user.Length > 0 ? $" (user {user[..Math.Min(user.Length, MaxLength)]})" : "")}";
    }

    private static string UserOf(HttpContext http) => Uri.UnescapeDataString(http.Request.Headers[UserHeader].ToString()).Trim();

    public static string Of(string? asked, HttpContext http)
    {
        string user = UserOf(http);
        string?[] candidates = [asked, http.Features.Get<AdminToken>()?.Name, user, http.Connection.RemoteIpAddress?.ToString()];
        string owner = candidates.Select(c => c?.Trim()).FirstOrDefault(c => !string.IsNullOrEmpty(c)) ?? "unknown";
        return owner[..Math.Min(owner.Length, MaxLength)];
    }
}

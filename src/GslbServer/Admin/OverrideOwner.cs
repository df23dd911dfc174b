namespace GslbServer;

/// <summary>Who decided: what the request says, else the token's name, else the user that the command ran as, else where the request came from.</summary>
internal static class OverrideOwner
{
    /// <summary>The OS user of the command that asks, percent-encoded. A hint, not a proof.</summary>
    public const string UserHeader = "X-Gslb-User";

    private const int MaxLength = 100;

    /// <summary>Where a request came from, for the audit trail: the address, whose token or certificate it brought, and the user that the command said it ran as.</summary>
    public static string OriginOf(HttpContext http)
    {
        string user = UserOf(http);
        string[] more = [.. AdminCaller.Of(http) is { IsKnown: true, Name: { } name } caller ? [$"{caller.By} {name}"] : Array.Empty<string>(),
            .. user.Length > 0 ? [$"user {user[..Math.Min(user.Length, MaxLength)]}"] : Array.Empty<string>()];
        return $"{http.Connection.RemoteIpAddress}{(more.Length > 0 ? $" ({string.Join(", ", more)})" : "")}";
    }

    /// <summary>Control characters would tear lines of the trail apart.</summary>
    private static string UserOf(HttpContext http) => string.Concat(Uri.UnescapeDataString(http.Request.Headers[UserHeader].ToString()).Where(c => !char.IsControl(c))).Trim();

    public static string Of(string? asked, HttpContext http)
    {
        string user = UserOf(http);
        string?[] candidates = [asked, AdminCaller.Of(http).Name, user, http.Connection.RemoteIpAddress?.ToString()];
        string owner = candidates.Select(c => c?.Trim()).FirstOrDefault(c => !string.IsNullOrEmpty(c)) ?? "unknown";
        return owner[..Math.Min(owner.Length, MaxLength)];
    }
}

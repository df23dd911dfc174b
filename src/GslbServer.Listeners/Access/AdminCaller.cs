namespace GslbServer;

/// <summary>Who asks, found out before any route sees the request; among the features of each that was let in.</summary>
/// <param name="Name">Of the token or certificate; null where it has none.</param>
/// <param name="By">How that is known: <c>token</c>, <c>certificate</c>, <c>loopback</c> where no tokens are configured, <c>nothing</c>.</param>
internal sealed record AdminCaller(string? Name, AdminRole Role, string By)
{
    public const string Token = "token", Certificate = "certificate", Loopback = "loopback", Nothing = "nothing";

    /// <summary>Whether it was shown who asks.</summary>
    public bool IsKnown => By is Token or Certificate;

    public static AdminCaller Of(HttpContext http) => http.Features.Get<AdminCaller>() ?? new AdminCaller(null, AdminRole.None, Nothing);
}

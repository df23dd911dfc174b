namespace GslbServer;

/// <summary><c>GET /api/v1/whoami</c>: as whom the caller is taken.</summary>
/// <param name="Name">Of the token; null where it has none.</param>
/// <param name="Role"><c>none</c>, <c>read</c>, <c>operate</c>, <c>admin</c>: what the caller may do.</param>
/// <param name="By"><c>token</c>; <c>loopback</c> where there are no tokens; <c>nothing</c>.</param>
internal sealed record WhoAmI(string? Name, string Role, string By)
{
    public static WhoAmI Of(HttpContext http)
    {
        var caller = AdminCaller.Of(http);
        return new WhoAmI(caller.Name, caller.Role.Word(), caller.By);
    }
}

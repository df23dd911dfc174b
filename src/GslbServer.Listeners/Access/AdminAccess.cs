using System.Net;

namespace GslbServer;

/// <summary>Who may do what: by token, or where there are none by where the peer is.</summary>
/// <param name="tokens">Null: state changes are taken from loopback peers alone.</param>
/// <param name="readsAreOpen">Whether what needs <see cref="AdminRole.Read"/> is told to anyone.</param>
internal sealed class AdminAccess(AdminTokens? tokens, bool readsAreOpen = true)
{
    private const string Scheme = "Bearer ";

    private AdminRole Anyones => readsAreOpen ? AdminRole.Read : AdminRole.None;

    private AdminCaller Anyone => new(null, Anyones, AdminCaller.Nothing);

    /// <returns>The refusal; null when the caller may, who then is among the features.</returns>
    public IResult? Refuse(HttpContext http, AdminRole needed)
    {
        string problem = "Without --admin-token-file state changes are accepted from loopback only.";
        AdminCaller caller = tokens is null ? OfPeer(http) : OfToken(tokens, http, out problem);
        http.Features.Set(caller);
        if (caller.Role >= needed)
        {
            return null;
        }

        if (tokens is null || caller.By == AdminCaller.Token)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, tokens is null ? problem : $"{Holder(caller.Name)} has the role {caller.Role.Word()}; this needs {needed.Word()}.");
        }

        http.Response.Headers.WWWAuthenticate = http.Request.Headers.Authorization.Count == 0 ? "Bearer realm=\"gslb\"" : "Bearer realm=\"gslb\", error=\"invalid_token\"";
        return Problem.Of(StatusCodes.Status401Unauthorized, problem);
    }

    private AdminCaller OfPeer(HttpContext http) => http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)
        ? new AdminCaller(null, AdminRole.Admin, AdminCaller.Loopback) : Anyone;

    /// <param name="problem">Why it is nobody's token. Why a file is not in force is for the log: whoever asks here has shown nothing.</param>
    private AdminCaller OfToken(AdminTokens known, HttpContext http, out string problem)
    {
        problem = "";
        string header = http.Request.Headers.Authorization.ToString();
        AdminToken? token = null;
        bool isExpired = false;
        if (header.Length == 0)
        {
            problem = "This needs a bearer token of --admin-token-file.";
        }
        else if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (token = known.Find(header[Scheme.Length..].Trim(), out isExpired)) is null)
        {
            problem = known.IsEmpty ? "No token is accepted now; this program's log says why." : "The bearer token is none of this program's --admin-token-file.";
        }
        else if (isExpired)
        {
            problem = $"{Holder(token.Name)} expired at {token.Expires:u}.";
        }

        // A token never takes away what nobody needs one for.
        return problem.Length > 0 ? Anyone : new AdminCaller(token!.Name, (AdminRole)Math.Max((int)token.Role, (int)Anyones), AdminCaller.Token);
    }

    private static string Holder(string? name) => name is null ? "This token" : $"The token of {name}";
}

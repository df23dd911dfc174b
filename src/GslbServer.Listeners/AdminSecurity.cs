using System.Net;

namespace GslbServer;

/// <summary>What every request must pass before a route sees it: the Host header, the origin of state changes, and who may change state.</summary>
internal static class AdminSecurity
{
    /// <param name="tokens">Null: state changes are taken from loopback peers alone.</param>
    public static void Use(IApplicationBuilder app, HostRules hosts, AdminTokens? tokens) => app.Use(async (http, next) =>
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        if ((WrongHost(http, hosts) ?? WrongOrigin(http) ?? WrongBody(http) ?? Unauthorized(http, tokens)) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    private static IResult? WrongHost(HttpContext http, HostRules hosts) => hosts.IsOwn(http.Request.Host.Host, http.Connection.LocalIpAddress)
        ? null : Problem.Of(StatusCodes.Status421MisdirectedRequest, $"\"{http.Request.Host.Host}\" in the Host header is no address or name of this program.");

    private static IResult? WrongOrigin(HttpContext http) => !ChangesState(http) || OriginRules.IsOwn(http.Request)
        ? null : Problem.Of(StatusCodes.Status403Forbidden, "State changes from other origins are refused.");

    private static IResult? WrongBody(HttpContext http)
    {
        bool hasBody = http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0;
        return !ChangesState(http) || !hasBody || http.Request.HasJsonContentType()
            ? null : Problem.Of(StatusCodes.Status415UnsupportedMediaType, "A body must be application/json.");
    }

    private static IResult? Unauthorized(HttpContext http, AdminTokens? tokens)
    {
        if (!ChangesState(http))
        {
            return null;
        }

        if (tokens is null)
        {
            return http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)
                ? null : Problem.Of(StatusCodes.Status403Forbidden, "Without --admin-token-file state changes are accepted from loopback only.");
        }

        const string Scheme = "Bearer ";
        string header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && tokens.Find(header[Scheme.Length..].Trim()) is { } token)
        {
            http.Features.Set(token);
            return null;
        }

        http.Response.Headers.WWWAuthenticate = header.Length == 0 ? "Bearer realm=\"gslb\"" : "Bearer realm=\"gslb\", error=\"invalid_token\"";
        return Problem.Of(StatusCodes.Status401Unauthorized, tokens.Problem
            ?? (header.Length == 0 ? "This needs a bearer token of --admin-token-file." : "The bearer token is none of this program's --admin-token-file."));
    }

    private static bool ChangesState(HttpContext http) =>
        !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method));
}

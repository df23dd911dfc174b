namespace GslbServer;

/// <summary>What every request must pass before a route sees it: how often its address asks, the Host header, the origin and body of state changes, and who may ask.</summary>
/// <param name="refused">Told of each state change that was refused for who asks or where it comes from; null to tell nobody.</param>
internal sealed class AdminSecurity(HostRules hosts, AdminAccess access, AdminRates rates, Action<HttpContext, string>? refused = null)
{
    /// <summary>Stands behind routing: what an endpoint asks for is in its metadata.</summary>
    public void Use(IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        Harden(http.Response.Headers);
        if ((TooOften(http) ?? WrongHost(http) ?? Suspicious(http) ?? WrongBody(http) ?? Unauthorized(http)) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    /// <summary>What an endpoint needs that says nothing of it.</summary>
    internal static AdminRole NeededBy(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Role ?? (ChangesState(http) ? AdminRole.Admin : AdminRole.Read);

    internal static bool ChangesState(HttpContext http) =>
        !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method));

    /// <summary>Answers are for whoever asked and for now, never for a frame, a cache or another origin; pages say themselves what they may load.</summary>
    private static void Harden(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
    }

    private IResult? TooOften(HttpContext http) => (http.GetEndpoint()?.Metadata.GetMetadata<RateClass>() ?? new RateClass(RateClass.Usual)).Class is { } rateClass
        && rates.Enter(http.Connection.RemoteIpAddress, rateClass) is { } wait ? AdminRates.TooMany(http, wait, "Too many requests came from this address.") : null;

    private IResult? WrongHost(HttpContext http) => hosts.IsOwn(http.Request.Host.Host, http.Connection.LocalIpAddress)
        ? null : Problem.Of(StatusCodes.Status421MisdirectedRequest, $"\"{http.Request.Host.Host}\" in the Host header is no address or name of this program.");

    private IResult? Suspicious(HttpContext http) => !ChangesState(http) || OriginRules.IsOwn(http.Request)
        ? null : Refused(http, "from another origin", Problem.Of(StatusCodes.Status403Forbidden, "State changes from other origins are refused."));

    private static IResult? WrongBody(HttpContext http)
    {
        bool hasBody = http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0;
        return !ChangesState(http) || !hasBody || http.Request.HasJsonContentType()
            ? null : Problem.Of(StatusCodes.Status415UnsupportedMediaType, "A body must be application/json.");
    }

    private IResult? Unauthorized(HttpContext http)
    {
        AdminRole needed = NeededBy(http);
        if (access.Refuse(http, needed) is not { } refusal)
        {
            http.Features.Set(new AdminStanding(() => access.StillMay(http, needed)));
            return null;
        }

        return needed > AdminRole.Read ? Refused(http, $"{AdminCaller.Of(http).Role.Word()}, and this needs {needed.Word()}", refusal) : refusal;
    }

    private IResult Refused(HttpContext http, string why, IResult refusal)
    {
        refused?.Invoke(http, why);
        return refusal;
    }
}

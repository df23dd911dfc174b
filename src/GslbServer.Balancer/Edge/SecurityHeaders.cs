using Microsoft.Net.Http.Headers;

namespace GslbServer.Balancer;

/// <summary>Puts a route's security headers on an answer that is about to start.</summary>
internal sealed class SecurityHeaders
{
    private readonly (string Name, string Value)[] _always, _overTls;

    public SecurityHeaders(SecurityHeaderSettings settings)
    {
        _overTls = Said((HeaderNames.StrictTransportSecurity, settings.Hsts));
        _always = Said((HeaderNames.XContentTypeOptions, settings.ContentTypeOptions), ("Referrer-Policy", settings.ReferrerPolicy), (HeaderNames.XFrameOptions, settings.FrameOptions),
            (HeaderNames.ContentSecurityPolicy, settings.ContentSecurityPolicy));
    }

    public void AddTo(HttpResponse response, bool isTls)
    {
        foreach ((string name, string value) in _always) response.Headers.TryAdd(name, value);
        if (!isTls) return;
        foreach ((string name, string value) in _overTls) response.Headers.TryAdd(name, value);
    }

    private static (string, string)[] Said(params (string Name, string Value)[] headers) => [.. headers.Where(header => header.Value.Length > 0)];
}

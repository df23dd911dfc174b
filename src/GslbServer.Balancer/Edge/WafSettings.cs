namespace GslbServer.Balancer;

/// <summary><c>Balancer:Waf</c>: another process is asked about each request before it goes on, as nginx's <c>auth_request</c> and Envoy's <c>ext_authz</c> do.</summary>
public sealed record WafSettings : ICheckedSettings
{
    /// <summary>Is sent a GET without the request's body.</summary>
    public Uri? Url { get; init; }

    /// <summary>No answer within this is a failure.</summary>
    [Between("1ms", "60s")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>When it cannot be asked, requests go on; else they end with 503.</summary>
    public bool FailOpen { get; init; } = true;

    /// <summary>Of the request, that it is shown beside <c>X-Original-Method</c>, <c>X-Original-URI</c>, <c>X-Original-Host</c> and <c>X-Forwarded-For</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = ["Authorization", "Cookie", "User-Agent", "Content-Type", "Content-Length"];

    IEnumerable<string> ICheckedSettings.Errors(string path) =>
        Url is { Scheme: "http" or "https" } ? [] : [$"{path}:Url: {(Url is null ? "missing" : $"\"{Url}\"")}, expected an address such as http://127.0.0.1:9000/check"];
}

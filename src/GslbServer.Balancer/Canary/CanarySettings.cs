namespace GslbServer.Balancer;

/// <summary><c>Balancer:Routes:NAME:Canary</c>: which requests of a route go to another cluster than its own, to try a new version on some.</summary>
/// <remarks>The header decides first, then the cookie, then the share; as in ingress-nginx.</remarks>
public sealed record CanarySettings : ICheckedSettings
{
    private HashKey? _stickyOn;

    /// <summary>Where they go. While it has no live backend, all go to the route's own.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Of the requests that neither header nor cookie decides, 0 to 1. Default 0.</summary>
    [Between("0", "1")]
    public double Share { get; init; }

    /// <summary>The share is one of clients and not of requests: what stands for a client, as in <c>LoadBalancing:HashOn</c>. A client that is in stays in while the share grows. Empty, the default: each
    /// request by chance.</summary>
    public string StickyOn { get; init; } = "";

    /// <summary>Name of a header that decides: <c>always</c> or <c>never</c>.</summary>
    public string Header { get; init; } = "";

    /// <summary>With it, this value alone means always, and any other nothing.</summary>
    public string HeaderValue { get; init; } = "";

    /// <summary>Name of a cookie that decides, as the header.</summary>
    public string Cookie { get; init; } = "";

    public string CookieValue { get; init; } = "";

    internal HashKey? StickyKey => StickyOn.Length == 0 ? null : _stickyOn ??= HashKey.Parse(StickyOn);

    public IEnumerable<string> Errors(string path)
    {
        if (Cluster.Length == 0) yield return $"{path}:Cluster: missing, expected the name of the canary's cluster";
        if (Share == 0 && Header.Length == 0 && Cookie.Length == 0) yield return $"{path}: no request goes there, expected a Share, a Header or a Cookie";
        if (StickyOn.Length > 0 && HashKey.Parse(StickyOn) is null) yield return $"{path}:StickyOn: \"{StickyOn}\", expected {HashKey.Grammar}";
        if (HeaderValue.Length > 0 && Header.Length == 0) yield return $"{path}:HeaderValue: of no header, expected Header too";
        if (CookieValue.Length > 0 && Cookie.Length == 0) yield return $"{path}:CookieValue: of no cookie, expected Cookie too";
    }
}

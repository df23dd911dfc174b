namespace GslbServer.Balancer;

/// <summary>What holds at the edge of one route: its settings, compiled.</summary>
internal sealed class EdgePlan
{
    private readonly AddressSet? _allow, _deny;

    /// <param name="asks">There is a guard that the route asks.</param>
    public EdgePlan(Settings settings, EdgeSettings edge, RateLimiter[] limits, bool asks)
    {
        (In, Limits, Asks, Compresses) = (settings, limits, asks, edge.Compress ?? false);
        _allow = edge.Allow is { Count: > 0 } allow ? AddressSet.Of(allow) : null;
        _deny = edge.Deny is { Count: > 0 } deny ? AddressSet.Of(deny) : null;
        Headers = edge.SecurityHeaders is { Enabled: true } headers ? new SecurityHeaders(headers) : null;
        IsOpen = _allow is null && _deny is null && Headers is null && limits.Length == 0 && !asks;
    }

    public Settings In { get; }

    public RateLimiter[] Limits { get; }

    public SecurityHeaders? Headers { get; }

    public bool Asks { get; }

    public bool Compresses { get; }

    /// <summary>Nothing to do.</summary>
    public bool IsOpen { get; }

    public bool Admits(Exchange exchange) => (_deny is null || !_deny.Contains(exchange.ClientAddress)) && (_allow is null || _allow.Contains(exchange.ClientAddress));
}

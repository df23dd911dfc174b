namespace GslbServer.Balancer;

/// <param name="Left">Whole tokens.</param>
/// <param name="Wait">Nanoseconds until there is one again; 0 while there are some.</param>
internal readonly record struct RateVerdict(bool Admits, long Left, long Wait);

/// <summary>One rule in force, with the buckets of all its keys. It lives across reloads as long as the rule stays the same.</summary>
internal abstract class RateLimiter(RateLimitSettings rule, TimeProvider time)
{
    public RateLimitSettings Rule => rule;

    public abstract long Evicted { get; }

    protected TimeProvider Time => time;

    public RateVerdict Take(Exchange exchange, HttpRequest request) => Take(KeyOf(exchange, request));

    public abstract RateVerdict Take(ulong key);

    /// <summary>Nanoseconds, monotonic.</summary>
    protected static long Nanoseconds(TimeProvider time) => (long)(time.GetTimestamp() * (1e9 / time.TimestampFrequency));

    private ulong KeyOf(Exchange exchange, HttpRequest request) => rule.Per switch
    {
        RateLimitPer.Route => exchange.Route.LimitKey,
        RateLimitPer.ApiKey when request.Headers.TryGetValue(rule.Header, out Microsoft.Extensions.Primitives.StringValues key) && key.ToString() is { Length: > 0 } text => LimitKey.Of(text),
        _ => LimitKey.Of(exchange.ClientAddress),
    };
}

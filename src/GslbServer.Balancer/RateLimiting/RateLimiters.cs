using System.Globalization;

namespace GslbServer.Balancer;

/// <summary>The limiters of all rules in force. A rule that a reload leaves as it was keeps its buckets.</summary>
internal sealed class RateLimiters(LeaseDesk desk, TimeProvider time)
{
    private readonly Lock _changing = new();
    private Dictionary<(string Owner, int Index, RateLimitSettings Rule), RateLimiter> _now = [], _next = [];

    public IEnumerable<KeyValuePair<(string Owner, int Index, RateLimitSettings Rule), RateLimiter>> All
    {
        get
        {
            lock (_changing) return [.. _now];
        }
    }

    /// <summary>Rules that many routes share (<c>Balancer:Edge</c>) have one owner, and one set of buckets.</summary>
    /// <param name="owner">Name of a route, or <c>*</c>.</param>
    public RateLimiter[] Of(string owner, IReadOnlyList<RateLimitSettings> rules)
    {
        lock (_changing) return [.. rules.Select((rule, i) => Of(owner, i, rule))];
    }

    /// <summary>What is asked for from now on is in force; what is not by the next call is forgotten.</summary>
    public void Turn()
    {
        lock (_changing) (_now, _next) = (_next, []);
    }

    private RateLimiter Of(string owner, int index, RateLimitSettings rule)
    {
        (string, int, RateLimitSettings) key = (owner, index, rule);
        if (_next.TryGetValue(key, out RateLimiter? limiter)) return limiter;
        return _next[key] = _now.GetValueOrDefault(key) ?? New(owner, rule);
    }

    private RateLimiter New(string owner, RateLimitSettings rule) => rule.Scope == RateLimitScope.Local ? new LocalLimiter(rule, time)
        : new RegionLimiter(string.Create(CultureInfo.InvariantCulture, $"{owner}:{rule.Per}:{(rule.Per == RateLimitPer.ApiKey ? rule.Header.ToLowerInvariant() : "")}:{rule.Rate}:{rule.Depth}").ToLowerInvariant(), rule, desk, time);
}

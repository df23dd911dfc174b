using System.Net;

namespace GslbServer.Balancer;

/// <summary><c>Balancer:Edge</c>, and for one route <c>Balancer:Routes:NAME:Edge</c>: who may come in, how often, and what is put around answers. What a route does not say is as
/// <c>Balancer:Edge</c> has it.</summary>
public sealed record EdgeSettings
{
    public static EdgeSettings Default { get; } = new();

    /// <summary>Only these networks may come in. Null or empty: all may.</summary>
    public IReadOnlyList<IPNetwork>? Allow { get; init; }

    /// <summary>These may not, whatever <see cref="Allow"/> says.</summary>
    public IReadOnlyList<IPNetwork>? Deny { get; init; }

    /// <summary>All of them hold.</summary>
    public IReadOnlyList<RateLimitSettings>? RateLimits { get; init; }

    public SecurityHeaderSettings? SecurityHeaders { get; init; }

    /// <summary>Asks <c>Balancer:Waf</c>, and guards of the hosting program. Null: yes where there are any.</summary>
    public bool? Waf { get; init; }

    /// <summary>Compresses answers of text types that the backend did not. Off: over TLS it can tell secrets that stand beside what an attacker chooses (BREACH).</summary>
    public bool? Compress { get; init; }

    /// <summary>Long lists take their time: not that of the first request.</summary>
    internal void Compile()
    {
        foreach (IReadOnlyList<IPNetwork>? networks in new[] { Allow, Deny })
        {
            if (networks is not null) AddressSet.Of(networks);
        }
    }

    /// <summary>This, and where it is silent the other.</summary>
    public EdgeSettings Over(EdgeSettings fallback) => new()
    {
        Allow = Allow ?? fallback.Allow,
        Deny = Deny ?? fallback.Deny,
        RateLimits = RateLimits ?? fallback.RateLimits,
        SecurityHeaders = SecurityHeaders ?? fallback.SecurityHeaders,
        Waf = Waf ?? fallback.Waf,
        Compress = Compress ?? fallback.Compress,
    };
}

namespace GslbServer.Balancer;

/// <summary>Whose requests are counted together.</summary>
public enum RateLimitPer
{
    /// <summary>Of one client: an IPv4 address, or the /64 of an IPv6 address, which is one customer's.</summary>
    Address,

    /// <summary>Of one value of <see cref="RateLimitSettings.Header"/>; requests without it by address.</summary>
    ApiKey,

    /// <summary>All of a route.</summary>
    Route,
}

public enum RateLimitScope
{
    /// <summary>Each balancer counts for itself.</summary>
    Local,

    /// <summary>The balancers of a region count together, over the store of the global layer.</summary>
    Region,
}

/// <summary>One of <c>RateLimits</c> of an edge: a token bucket.</summary>
public sealed record RateLimitSettings : ICheckedSettings
{
    public RateLimitPer Per { get; init; }

    /// <summary>Where an API key stands.</summary>
    public string Header { get; init; } = "X-Api-Key";

    /// <summary>Requests per second, for long.</summary>
    [Between("0.01", "1000000")]
    public double Rate { get; init; }

    /// <summary>Requests at once after a rest. 0: as many as <see cref="Rate"/> gives in two seconds, and at least one.</summary>
    [Between("0", "1000000")]
    public int Burst { get; init; }

    public RateLimitScope Scope { get; init; }

    /// <summary>Of so many clients or keys the use is remembered, 16 to 48 octets each. Beyond, those are forgotten first whose bucket is fullest: they lose least.</summary>
    [Between("8", "16777216")]
    public int Keys { get; init; } = 65_536;

    /// <summary>Every answer says what is left, and not only those with 429.</summary>
    public bool Announce { get; init; }

    internal int Depth => Burst > 0 ? Burst : Math.Max(1, (int)Math.Ceiling(2 * Rate));

    IEnumerable<string> ICheckedSettings.Errors(string path)
    {
        if (Rate == 0) yield return $"{path}:Rate: missing, expected requests per second";
        if (Header.Length == 0 || Header.Any(c => c is <= ' ' or >= (char)127 or ':')) yield return $"{path}:Header: \"{Header}\", expected the name of a header such as X-Api-Key";
    }
}

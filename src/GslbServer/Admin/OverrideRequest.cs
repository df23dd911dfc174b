namespace GslbServer;

/// <summary>What an operator asks for: the body of <c>PUT /api/v1/overrides/{target}</c>. Fields left out have their defaults; others than these are errors.</summary>
internal sealed record OverrideRequest
{
    /// <summary><c>drain</c>, <c>down</c> or <c>up</c>.</summary>
    public string? State { get; init; }

    /// <summary>Share of client prefixes moved away by a drain, 1 to 100; 100 when left out.</summary>
    public int? Percent { get; init; }

    /// <summary>Needed: whoever looks at it later wants to know why.</summary>
    public string? Reason { get; init; }

    /// <summary>Left out: the name of the token, else who the client says it is.</summary>
    public string? Owner { get; init; }

    /// <summary>When it ends by itself; left out: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A scheduled start; left out: now.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>A time such as <c>60s</c> over which traffic moves; left out: at once.</summary>
    public string? Ramp { get; init; }

    /// <summary>Even if a name loses its last serving target.</summary>
    public bool Force { get; init; }
}

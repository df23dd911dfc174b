namespace GslbServer;

/// <summary>An override as the API shows it.</summary>
internal record OverrideView
{
    public required string Target { get; init; }

    /// <summary><c>drain</c>, <c>down</c>, <c>up</c>; <c>none</c> once it was taken back.</summary>
    public required string State { get; init; }

    public required int Percent { get; init; }

    public required string Reason { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required double AgeSeconds { get; init; }

    public required DateTimeOffset? StartsAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required string? Ramp { get; init; }

    public required bool Forced { get; init; }

    public required string Revision { get; init; }

    /// <summary><c>scheduled</c>; <c>lowering-ttl</c> while answers with the long TTL leave caches; <c>moving</c> while traffic follows the ramp; <c>settling</c> until resolvers that honour
    /// TTLs have let go of the last old answer; <c>in-force</c>; <c>no-target</c> when no zone has the target any more; <c>none</c> once taken back.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Share of client prefixes moved away now, 0 to 100.</summary>
    public double MovedPercent { get; init; }

    /// <summary>When traffic begins to move and when all of it has; equal without a ramp.</summary>
    public DateTimeOffset? MovesAt { get; init; }

    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>Steered names where it gives way, because nothing else serves and it was not forced.</summary>
    public IReadOnlyList<string> StandsAsideAt { get; init; } = [];

    /// <summary>Nodes that do not steer by it yet.</summary>
    public IReadOnlyList<string> MissingOn { get; init; } = [];

    /// <summary>What still arrives at its regions, by balancer; empty where none reports.</summary>
    public IReadOnlyList<ArrivingTraffic> Arriving { get; init; } = [];
}

/// <param name="Balancer">Who counted.</param>
internal sealed record ArrivingTraffic(string Region, string Balancer, double RequestsPerSecond, double InFlight);

namespace GslbServer;

/// <summary>The options of <c>gslb serve</c> that begin with <c>latency-</c>.</summary>
public sealed record NodeLatencyOptions
{
    public static readonly NodeLatencyOptions Default = new();

    /// <summary>How often maps are decided; whole seconds, the same on every node and balancer of a cluster.</summary>
    public TimeSpan Epoch { get; init; } = TimeSpan.FromSeconds(Steering.LatencyOptions.EpochSeconds);

    /// <summary>Counts round trips of private and loopback networks too.</summary>
    public bool IncludePrivate { get; init; }

    /// <summary>Asks a few resolvers over to TCP by a truncated answer.</summary>
    public bool Solicit { get; init; }

    /// <summary>Sends a few measured prefixes to other regions to measure these (<see cref="Steering.LatencyExploration"/>); the same on every node of a cluster.</summary>
    public bool Explore { get; init; }

    /// <summary>Below this name stand the unique host names of the beacon, absolute: <c>b.gslb.example.</c>; null records none.</summary>
    public string? Beacon { get; init; }
}

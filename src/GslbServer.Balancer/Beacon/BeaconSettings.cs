namespace GslbServer.Balancer;

/// <summary><c>Balancer:Beacon</c>: browsers time regions. Takes effect at the next start.</summary>
public sealed record BeaconSettings
{
    /// <summary>Serves <c>/.well-known/gslb/</c> on the proxied listeners.</summary>
    public bool Enabled { get; init; }

    /// <summary>The share of page views that measure, 0 to 1.</summary>
    public double Share { get; init; } = 0.05;

    /// <summary>Regions that browsers may time, the likeliest alternatives first. This balancer's own need not be among them.</summary>
    public IReadOnlyList<BeaconTarget> Targets { get; init; } = [];

    /// <summary>Origin with a star for the one-time label, such as <c>https://*.b.example.org</c>: looking it up tells a DNS node which resolver the browser uses. Null: none.</summary>
    public string? Link { get; init; }
}

/// <param name="Region">Label of the region.</param>
/// <param name="Origin">Where its balancer is reached, and no other's: <c>https://eu.example.org</c>.</param>
public sealed record BeaconTarget(string Region, string Origin);

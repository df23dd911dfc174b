using GslbServer.Steering;

namespace GslbServer;

/// <summary>A node as this one hears of it.</summary>
/// <param name="AgeSeconds">Since its report last advanced, on this node's clock.</param>
/// <param name="Monitors">How many it sees, and how many of them up and down.</param>
/// <param name="LatencyMap">Hash of the map of round trips that it steers by; empty for none.</param>
/// <param name="SameConfig">It steers by the same zones and geodata as this node.</param>
internal sealed record VantageStatus(string Node, string? Region, bool Self, double AgeSeconds, bool Leaving, int Monitors, int Up, int Down, string AppliedRevision,
    ConfigHashes Hashes, bool SameConfig, string LatencyMap)
{
    /// <summary>It has not been heard for so long that it counts as dead, and it did not say that it leaves.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSilent => !Self && !Leaving && AgeSeconds > HealthMerge.Freshness.TotalSeconds;

    /// <summary>It only probes and serves no DNS.</summary>
    public bool Witness { get; init; }

    /// <summary>How late its probes lately were; above the cadence of a check it abstains.</summary>
    public double ProbeLagSeconds { get; init; }
}

namespace GslbServer.Steering;

public enum OverrideState
{
    /// <summary>Gone: an undrain, kept as a tombstone so that no store can revive it.</summary>
    None,

    /// <summary>Send new clients elsewhere.</summary>
    Drain,

    /// <summary>Down whatever the probes say.</summary>
    Down,

    /// <summary>Up whatever the probes say.</summary>
    Up,
}

/// <summary>What an operator decided about a target. One record per target; the highest revision wins on every node.</summary>
/// <param name="Target">As typed, in canonical form: <c>eu-west</c>, <c>eu-west.gslb.example.</c>, <c>eu-west/198.51.100.10</c>, <c>www.gslb.example.@eu-west</c>.</param>
/// <param name="Percent">Share of client prefixes moved away; 100 is all.</param>
/// <param name="Ramp">Zero: in force at once. Otherwise TTLs fall first, then traffic moves over this time.</param>
/// <param name="StartsAt">Scheduled start; null is now.</param>
/// <param name="ExpiresAt">When it ends by itself; null: until undrained.</param>
/// <param name="Revision">Orders writes without a common clock: milliseconds since 1970 (15 digits), a counter, the writing node. Compared ordinally.</param>
public sealed record OperatorOverride(string Target, OverrideState State, int Percent, string Reason, string Owner, DateTimeOffset CreatedAt, TimeSpan Ramp,
    DateTimeOffset? StartsAt, DateTimeOffset? ExpiresAt, bool Forced, string Revision);

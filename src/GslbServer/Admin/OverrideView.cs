using GslbServer.Steering;

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

    public static OverrideView Of(OperatorOverride value, DateTimeOffset utcNow) => new()
    {
        Target = value.Target,
        State = value.State.ToString().ToLowerInvariant(),
        Percent = value.Percent,
        Reason = value.Reason,
        Owner = value.Owner,
        CreatedAt = value.CreatedAt,
        AgeSeconds = Math.Max(0, Math.Round((utcNow - value.CreatedAt).TotalSeconds)),
        StartsAt = value.StartsAt,
        ExpiresAt = value.ExpiresAt,
        Ramp = value.Ramp == TimeSpan.Zero ? null : Durations.Format(value.Ramp),
        Forced = value.Forced,
        Revision = value.Revision,
    };
}

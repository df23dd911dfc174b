using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>An <see cref="OperatorOverride"/> as written.</summary>
/// <param name="State"><c>none</c> (a tombstone), <c>drain</c>, <c>down</c> or <c>up</c>.</param>
internal sealed record OverrideRecord(int V, string Target, string State, int Percent, string Reason, string Owner, DateTimeOffset CreatedAt, double RampSeconds,
    bool Forced, string Revision, DateTimeOffset? StartsAt = null, DateTimeOffset? ExpiresAt = null)
{
    private static readonly TimeSpan LongestRamp = TimeSpan.FromDays(1000);

    public static OverrideRecord From(OperatorOverride value) => new(
        StateJson.Version, value.Target,
        value.State switch { OverrideState.Drain => "drain", OverrideState.Down => "down", OverrideState.Up => "up", _ => "none" },
        value.Percent, value.Reason, value.Owner, value.CreatedAt, value.Ramp.TotalSeconds, value.Forced, value.Revision, value.StartsAt, value.ExpiresAt);

    /// <returns>Null when this is not a version or an override that we understand.</returns>
    public OperatorOverride? ToOverride()
    {
        OverrideState? state = State switch
        {
            "none" => OverrideState.None,
            "drain" => OverrideState.Drain,
            "down" => OverrideState.Down,
            "up" => OverrideState.Up,
            _ => null,
        };
        if (V != StateJson.Version || state is null || Target.Length == 0 || Percent is < 0 or > 100 || !(RampSeconds >= 0 && RampSeconds <= LongestRamp.TotalSeconds)
            || !GslbServer.State.Revision.IsValid(Revision))
            return null;
        return new OperatorOverride(Target, state.Value, Percent, Reason, Owner, CreatedAt, TimeSpan.FromSeconds(RampSeconds), StartsAt, ExpiresAt, Forced, Revision);
    }
}

using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Everything one query may read. Immutable; zone, geography and health in one snapshot always match.</summary>
/// <param name="CnameTargets">For each region, its CNAME target in wire form; null where it has addresses.</param>
public sealed record Snapshot(ZoneSet Zones, SteeringTable Steering, byte[]?[] CnameTargets)
{
    /// <summary>Whether no store has been heard of lately, so that health goes by what is remembered.</summary>
    public bool IsStale { get; init; }

    /// <summary>Where answers are counted.</summary>
    public AnswerSlots Slots { get; init; } = AnswerSlots.None;
}

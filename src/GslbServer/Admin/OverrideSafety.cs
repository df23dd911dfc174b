using GslbServer.Steering;

namespace GslbServer;

/// <summary>What an override would take away.</summary>
internal static class OverrideSafety
{
    public static IReadOnlyList<string> NamesThatWouldLoseTheirLastTarget(SteeringTable steering, OperatorOverride value)
        => [.. steering.Plan.Topology.Names.Where(n => n.Owner == value.Target).Select(n => n.Owner)];
}

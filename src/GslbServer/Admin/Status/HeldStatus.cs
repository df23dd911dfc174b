using GslbServer.Steering;

namespace GslbServer;

/// <summary>A region that recovered and that <c>failback=manual</c> holds.</summary>
/// <param name="Names">Steered names that wait for it.</param>
/// <param name="SinceSeconds">Since it came up.</param>
/// <param name="Command">What releases it.</param>
internal sealed record HeldStatus(string Region, IReadOnlyList<string> Names, double SinceSeconds, string Command)
{
    public static HeldStatus[] All(SteeringTable steering)
    {
        Topology topology = steering.Plan.Topology;
        return [.. HeldTarget.All(steering).GroupBy(held => topology.Regions[held.Region].Label).Select(one => new HeldStatus(one.Key,
            [.. one.Select(held => topology.Names[held.Name].Owner).Distinct()], Math.Round((steering.Health.Now - one.Min(held => held.Since)).TotalSeconds), $"gslb undrain {one.Key}"))];
    }
}

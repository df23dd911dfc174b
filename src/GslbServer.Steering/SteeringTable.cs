namespace GslbServer.Steering;

/// <summary>What follows from topology and geography alone: place tables and the order of targets in each place class. Rebuilt when zones or geodata change.</summary>
public sealed class SteeringPlan
{
    private SteeringPlan()
    {
    }

    public Topology Topology => throw new NotImplementedException();

    public GeoTable Geo => throw new NotImplementedException();

    public static SteeringPlan Compile(Topology topology, GeoTable geo) => throw new NotImplementedException();
}

/// <summary>A plan with the health of the moment worked in: which targets of each name are in force, and the TTL. Rebuilt at each publication (under 50 ms at a
/// thousand names); frozen. Carries forward, from the table before, the last good answer of each name.</summary>
public sealed class SteeringTable
{
    private SteeringTable()
    {
    }

    public SteeringPlan Plan => throw new NotImplementedException();

    public HealthTable Health => throw new NotImplementedException();

    public static SteeringTable Compile(SteeringPlan plan, HealthTable health, SteeringTable? previous) => throw new NotImplementedException();

    /// <summary>When this table would differ without any new observation: a ramp moving, a TTL rising again, an override expiring. Monotonic; MaxValue for never.</summary>
    public TimeSpan NextChange => throw new NotImplementedException();
}

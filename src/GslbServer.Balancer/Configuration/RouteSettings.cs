namespace GslbServer.Balancer;

/// <summary><c>Balancer:Routes:NAME</c>: what YARP's route of that name lacks. Each group stands in the room that uses it.</summary>
public sealed record RouteSettings
{
    /// <summary>Of a route that says nothing.</summary>
    public static RouteSettings Default { get; } = new();

    /// <summary>None, the default: all requests go to the route's own cluster.</summary>
    public CanarySettings? Canary { get; init; }

    /// <summary>Null: all as <c>Balancer:Edge</c> has it.</summary>
    public EdgeSettings? Edge { get; init; }

    /// <summary>Of its requests, when their cluster is full.</summary>
    public Priority Priority { get; init; } = Priority.Normal;

    /// <summary>A request header that names a priority instead, as <c>x-priority: high</c>. Only where clients are trusted or an earlier hop sets it. Empty: none.</summary>
    public string PriorityHeader { get; init; } = "";
}

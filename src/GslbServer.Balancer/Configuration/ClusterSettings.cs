namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME</c>: what YARP's cluster of that name lacks. Each group stands in the room that uses it.</summary>
public sealed record ClusterSettings
{
    /// <summary>Of a cluster that says nothing.</summary>
    public static ClusterSettings Default { get; } = new();

    public LoadBalancingSettings LoadBalancing { get; init; } = new();

    public SlowStartSettings SlowStart { get; init; } = new();

    /// <summary>Null: TLS to <c>https://</c> destinations as YARP speaks it.</summary>
    public BackendTlsSettings? BackendTls { get; init; }
}

namespace GslbServer.State;

/// <summary>Who this node is to the others.</summary>
/// <param name="Node">Unique in the cluster.</param>
/// <param name="Region">Where it stands; null when not said.</param>
/// <param name="IsWitness">It probes and serves no DNS.</param>
public sealed record NodeIdentity(string Node, string? Region, string Cluster, bool IsWitness = false);

namespace GslbServer;

/// <summary>16 hexadecimal digits each; equal on nodes that serve the same.</summary>
internal sealed record ConfigHashes(string Topology, string Zones, string Geo);

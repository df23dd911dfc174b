using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What one writer tells of one epoch: all it knows, so that one table lost loses nothing. Frozen.</summary>
/// <param name="Regions">Labels; what the rows' ordinals count in.</param>
/// <param name="Rows">In <see cref="LatencyRow.InOrder"/>, each key and region once.</param>
/// <param name="Links">By resolver, then client.</param>
public sealed record LatencyRows(string Writer, uint Epoch, ImmutableArray<string> Regions, ImmutableArray<LatencyRow> Rows, ImmutableArray<ResolverLink> Links);

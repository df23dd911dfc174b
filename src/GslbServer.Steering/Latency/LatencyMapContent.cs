using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What a map says. Lines of one entry for each region: orders and cells of prefixes.</summary>
internal sealed record LatencyMapContent
{
    public uint Epoch { get; init; }

    public string PreviousHash { get; init; } = "";

    public ImmutableArray<LatencyRegion> Regions { get; init; } = [];

    public DistanceModel Model { get; init; } = DistanceModel.Prior;

    /// <summary>Of prefixes as clients are told apart by, ascending.</summary>
    public ulong[] Keys { get; init; } = [];

    public byte[] Orders { get; init; } = [];

    public MapCell[] Cells { get; init; } = [];

    public GroupState[] States { get; init; } = [];

    public WideTable Wide { get; init; } = WideTable.Empty;

    public LatencyTrials Trials { get; init; }

    public int Moves { get; init; }

    public int Postponed { get; init; }

    /// <returns>The line of a prefix, or -1.</returns>
    public int Find(LatencyKey key)
    {
        int at = Array.BinarySearch(Keys, key.Bits);
        return at < 0 ? -1 : at;
    }

    public ReadOnlySpan<byte> OrderOf(int group) => Orders.AsSpan(group * Regions.Length, Regions.Length);

    public ReadOnlySpan<MapCell> CellsOf(int group) => Cells.AsSpan(group * Regions.Length, Regions.Length);
}

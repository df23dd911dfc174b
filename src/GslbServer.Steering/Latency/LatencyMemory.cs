using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What is carried over from one map to the next.</summary>
internal static class LatencyMemory
{
    /// <summary>The same map with other regions: by label; new ones are not known yet and come last.</summary>
    public static LatencyMapContent Align(LatencyMapContent map, ImmutableArray<LatencyRegion> regions)
    {
        if (map.Regions.SequenceEqual(regions))
            return map;
        int[] oldOf = [.. regions.Select(region => map.Regions.ToList().FindIndex(known => known.Label == region.Label))];
        int[] newOf = [.. map.Regions.Select(known => regions.ToList().FindIndex(region => region.Label == known.Label))];
        byte[] added = [.. Enumerable.Range(0, regions.Length).Where(region => oldOf[region] < 0).Select(region => (byte)region)];
        var unknown = new MapCell(MapCell.Unknown, MapCell.Unknown, 0, 0, 0, EstimateSource.None);
        return map with
        {
            Regions = regions,
            Orders = [.. Enumerable.Range(0, map.Keys.Length).SelectMany(group => map.OrderOf(group).ToArray().Select(old => newOf[old]).Where(region => region >= 0)
                .Select(region => (byte)region).Concat(added))],
            Cells = [.. Enumerable.Range(0, map.Keys.Length).SelectMany(group => oldOf.Select(old => old < 0 ? unknown : map.Cells[(group * map.Regions.Length) + old]))],
            // A trial that began in a region which is gone is over.
            States = [.. map.States.Select(state => newOf[state.From] < 0 ? state with { Flags = state.Flags & ~GroupFlags.OnTrial, From = 0 } : state with { From = (byte)newOf[state.From] })],
            Wide = new WideTable(map.Wide.Keys, [.. Enumerable.Range(0, map.Wide.Keys.Length)
                .SelectMany(line => oldOf.Select(old => old < 0 ? default : map.Wide.Cells[(line * map.Regions.Length) + old]))]),
        };
    }

    /// <summary>A region that says nothing keeps what was known of it.</summary>
    public static WideTable KeepSilent(WideTable wide, WideTable before, bool[] reporting)
    {
        if (before.Keys.Length == 0 || !reporting.Contains(false))
            return wide;
        ulong[] keys = [.. wide.Keys.Union(before.Keys).Order()];
        var cells = new WideCell[keys.Length * reporting.Length];
        for (int line = 0; line < keys.Length; line++)
        {
            int now = Array.BinarySearch(wide.Keys, keys[line]);
            int then = Array.BinarySearch(before.Keys, keys[line]);
            for (int region = 0; region < reporting.Length; region++)
            {
                WideCell fresh = now < 0 ? default : wide.Cells[(now * reporting.Length) + region];
                bool keeps = !reporting[region] && then >= 0 && fresh.Absolute == 0;
                cells[(line * reporting.Length) + region] = keeps ? before.Cells[(then * reporting.Length) + region] : fresh;
            }
        }

        return new WideTable(keys, cells);
    }
}

using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>What a map says of one measured prefix.</summary>
/// <param name="Order">Region labels, as decided.</param>
/// <param name="Estimates">In that order.</param>
/// <param name="MovedAt">Epoch of its last move; 0 for none.</param>
/// <param name="IsHeldOut">It keeps what it had, to compare the others with.</param>
/// <param name="IsGeoInvalid">Round trips prove that it is not where the geo database says.</param>
public sealed record LatencyPrefix(LatencyKey Key, ImmutableArray<string> Order, ImmutableArray<LatencyEstimate> Estimates, uint MovedAt, bool IsHeldOut, bool IsGeoInvalid)
{
    /// <summary>Samples of its own, of all regions.</summary>
    public int Samples => Estimates.Sum(estimate => estimate.Samples);
}

/// <summary>Reads maps for people.</summary>
public static class LatencyListing
{
    /// <summary>Those with the most samples first.</summary>
    public static IReadOnlyList<LatencyPrefix> Top(LatencyMap map, int count)
    {
        LatencyMapContent content = map.Content;
        var largest = new PriorityQueue<int, (int, int)>();
        for (int group = 0; group < content.Keys.Length; group++)
        {
            int samples = 0;
            foreach (MapCell cell in content.CellsOf(group))
                samples += cell.Samples;
            largest.Enqueue(group, (samples, -group));
            if (largest.Count > count)
                largest.Dequeue();
        }

        var top = new Stack<LatencyPrefix>();
        while (largest.TryDequeue(out int group, out _))
            top.Push(At(content, group));
        return [.. top];
    }

    /// <summary>The measured prefixes inside a network, or the one around it; at most so many.</summary>
    public static IReadOnlyList<LatencyPrefix> Within(LatencyMap map, IPNetwork network, int count)
    {
        var client = Client.From(network, default);
        int narrow = client.IsIPv6 ? LatencyKey.NarrowIPv6 : LatencyKey.NarrowIPv4;
        int length = Math.Min(client.PrefixLength, narrow);
        UInt128 first = PrefixBits.Mask(client.Address, length);
        LatencyMapContent content = map.Content;
        int at = Array.BinarySearch(content.Keys, LatencyKey.Prefix(client.IsIPv6, first, narrow).Bits);
        var found = new List<LatencyPrefix>();
        for (at = at < 0 ? ~at : at; at < content.Keys.Length && found.Count < count; at++)
        {
            var key = new LatencyKey(content.Keys[at]);
            if ((key.Kind == LatencyKeyKind.IPv6) != client.IsIPv6 || PrefixBits.Mask(key.Address, length) != first)
                break;
            found.Add(At(content, at));
        }

        return found;
    }

    private static LatencyPrefix At(LatencyMapContent content, int group)
    {
        byte[] order = content.OrderOf(group).ToArray();
        GroupState state = content.States[group];
        return new LatencyPrefix(new LatencyKey(content.Keys[group]), [.. order.Select(region => content.Regions[region].Label)],
            [.. order.Select(region => Estimate(content, group, region))], state.MovedAt, state.Flags.HasFlag(GroupFlags.HeldOut), state.Flags.HasFlag(GroupFlags.GeoInvalid));
    }

    private static LatencyEstimate Estimate(LatencyMapContent content, int group, int region)
    {
        MapCell cell = content.CellsOf(group)[region];
        return new LatencyEstimate(content.Regions[region].Label, MapCell.Ms(cell.Fresh), MapCell.Ms(cell.Error), cell.Samples,
            cell.Samples > 0 ? TimeSpan.FromMinutes(cell.AgeMinutes) : null, cell.Source);
    }
}

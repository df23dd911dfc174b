using GslbServer.Steering;

namespace GslbServer;

/// <summary>Where the answers of each region and steered name of one topology are counted. Frozen.</summary>
/// <param name="Regions">As <see cref="Topology.Regions"/>: index into <see cref="AnswerCounts.Region"/>.</param>
/// <param name="Names">As <see cref="Topology.Names"/>; empty where there are too many names to count each.</param>
public sealed record AnswerSlots(ushort[] Regions, ushort[] Names)
{
    /// <summary>Nothing is counted by region or name.</summary>
    public static readonly AnswerSlots None = new([], []);
}

/// <summary>Gives regions and names a place to count in, which they keep over reloads: counters must not jump when indices do.</summary>
internal sealed class AnswerSlotBook
{
    /// <summary>Names that are told apart; with more of them in the zones none is: every one is a time series on each node.</summary>
    public const int MostNames = 1_000;

    private readonly Lock _gate = new();
    private readonly Shelf _regions = new(AnswerCounts.Regions);
    private readonly Shelf _names = new(AnswerCounts.Names);

    public IReadOnlyList<(string Name, int Slot)> Regions => Copy(_regions);

    public IReadOnlyList<(string Name, int Slot)> Names => Copy(_names);

    /// <summary>The region that is counted there; null for those that share a place, and for none.</summary>
    public string? RegionOf(int slot)
    {
        lock (_gate)
        {
            return slot > 0 && slot <= _regions.Order.Count ? _regions.Order[slot - 1] : null;
        }
    }

    public AnswerSlots For(Topology topology)
    {
        lock (_gate)
        {
            ushort[] regions = [.. topology.Regions.Select(region => _regions.SlotOf(region.Name))];
            return new AnswerSlots(regions, topology.Names.Length > MostNames ? [] : [.. topology.Names.Select(name => _names.SlotOf(name.Owner))]);
        }
    }

    private IReadOnlyList<(string, int)> Copy(Shelf shelf)
    {
        lock (_gate)
        {
            return [.. shelf.Known.Select(one => (one.Key, (int)one.Value))];
        }
    }

    /// <summary>Slot 0 is for all that came when the others were taken.</summary>
    private sealed class Shelf(int count)
    {
        public Dictionary<string, ushort> Known { get; } = new(StringComparer.Ordinal);

        public List<string> Order { get; } = [];

        public ushort SlotOf(string name)
        {
            if (Known.TryGetValue(name, out ushort slot))
            {
                return slot;
            }

            if (Order.Count + 1 >= count)
            {
                return 0;
            }

            Order.Add(name);
            return Known[name] = (ushort)Order.Count;
        }
    }
}

using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>Of one steered name: who is sent elsewhere. Weights are in the population's unit.</summary>
public sealed class NameMoves
{
    private readonly PlanPlaces _places;
    private readonly int _regions;
    private readonly double[] _gains; // of the leaf at hand, by kind of answer: more than before, or less
    private readonly Dictionary<(int From, int To, int Country), double> _moved = [];

    internal NameMoves(int before, int after, int regions, PlanPlaces places)
    {
        (Before, After, _regions, _places) = (before, after, regions, places);
        _gains = new double[regions + 2];
    }

    /// <summary>Indices into <see cref="Topology.Names"/> of the one and of the other.</summary>
    public int Before { get; }

    public int After { get; }

    public long Decisions { get; private set; }

    public double Total { get; private set; }

    public double Moved => _moved.Values.Sum();

    /// <summary>From where to where, the largest first.</summary>
    public IEnumerable<Move> Moves() => _moved.GroupBy(one => (one.Key.From, one.Key.To))
        .Select(pair => new Move(Kind(pair.Key.From), Kind(pair.Key.To), pair.Sum(one => one.Value),
            [.. pair.OrderByDescending(one => one.Value).Select(one => (_places.Countries[one.Key.Country], one.Value))]))
        .OrderByDescending(move => move.Weight);

    /// <summary>Answers of several addresses count by address: what is in both stays.</summary>
    internal void Count(int place, ReadOnlySpan<int> before, ReadOnlySpan<int> after, double weight)
    {
        Decisions++;
        Total += weight;
        if (before.SequenceEqual(after)) return;
        foreach (int answer in before) _gains[answer] -= weight / before.Length;
        foreach (int answer in after) _gains[answer] += weight / after.Length;
        int country = _places.CountryOf(place);
        foreach (int from in before)
        {
            foreach (int to in after)
            {
                double moved = Math.Min(-_gains[from], _gains[to]);
                // What rounding leaves is nobody.
                if (moved <= weight * 1e-9) continue;
                _gains[from] += moved;
                _gains[to] -= moved;
                CollectionsMarshal.GetValueRefOrAddDefault(_moved, (from, to, country), out _) += moved;
            }
        }

        foreach (int answer in before) _gains[answer] = 0;
        foreach (int answer in after) _gains[answer] = 0;
    }

    internal void Add(NameMoves other)
    {
        Decisions += other.Decisions;
        Total += other.Total;
        foreach ((var key, double weight) in other._moved) CollectionsMarshal.GetValueRefOrAddDefault(_moved, key, out _) += weight;
    }

    private int Kind(int answer) => answer < _regions ? answer : _regions - answer - 1;
}

/// <param name="From">Index of a region; -1 for the static records, -2 for no answer.</param>
/// <param name="To">Likewise.</param>
/// <param name="Countries">Of the clients, those with most first.</param>
public sealed record Move(int From, int To, double Weight, IReadOnlyList<(string Country, double Weight)> Countries);

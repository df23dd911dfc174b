using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Puts the targets of one set of rules in the order of measured round trips, with the bias of their regions.</summary>
internal sealed class MeasuredOrder
{
    /// <summary>The default of <c>within</c>: what the map holds for equal already.</summary>
    private const double UsualWithinMs = 5;

    private const double UsualWithinShare = 0.10;

    private readonly LatencyLayers _layers;
    private readonly (int Region, double Factor)[][] _targets;
    private readonly LatencyGain _gain = LatencyGain.Of(LatencyOptions.Default);
    private readonly double _withinMs;
    private readonly double _withinShare;
    private readonly bool _isWide;

    /// <param name="sites">For each target the regions that it may lead to; the nearest counts.</param>
    public MeasuredOrder(LatencyLayers layers, ImmutableArray<ImmutableArray<Region>> sites, TimeSpan within, int withinPercent)
    {
        _layers = layers;
        var ordinals = layers.Map.Regions.Select((region, index) => (region.Label, index)).ToDictionary(region => region.Label, region => region.index);
        _targets = [.. sites.Select(regions => regions.Where(region => ordinals.ContainsKey(region.Label)).Select(region => (ordinals[region.Label], 1 - (region.Bias / 100.0))).ToArray())];
        _withinMs = within.TotalMilliseconds;
        _withinShare = withinPercent / 100.0;
        _isWide = _withinMs > UsualWithinMs || _withinShare > UsualWithinShare;
    }

    public bool HasAsns => _layers.HasAsns;

    /// <param name="order">Targets by place; put in order of round trips where those are known, else left as they are.</param>
    /// <param name="entry">See <see cref="LatencyLayers.Parse"/>.</param>
    /// <param name="mayExplore">Whether the first of them is the first of the answer.</param>
    /// <param name="known">By target: set to the round trips that the order goes by, where there are any. Empty where nobody asks for them.</param>
    /// <returns>Whether the first is one that is tried (<see cref="LatencyExploration"/>).</returns>
    public bool Sort(Span<byte> order, int entry, Location location, uint asn, bool mayExplore, Span<double> known = default)
    {
        (int group, int widePrefix) = LatencyLayers.Parse(entry);
        if (group >= 0)
        {
            SortMeasured(order, group, known);
            return mayExplore && Explore(order, group);
        }

        GuessedPlace place = Place(location, asn, widePrefix);
        if (!place.HasWide)
            return false;
        Span<double> ms = stackalloc double[_targets.Length];
        Span<double> errors = stackalloc double[_targets.Length];
        for (int target = 0; target < _targets.Length; target++)
            ms[target] = Guess(place, target, out errors[target]);
        Span<byte> byPlace = stackalloc byte[order.Length];
        order.CopyTo(byPlace);
        _gain.Settle(order, ms, errors);
        PreferNear(order, ms, byPlace);
        ms[..known.Length].CopyTo(known);
        return false;
    }

    /// <summary>What is known of every region that targets lead to, nearest first as decided.</summary>
    public IReadOnlyList<LatencyEstimate> Explain(in Client client, Location location, uint asn)
    {
        (int group, int widePrefix) = LatencyLayers.Parse(_layers.EntryAt(client));
        GuessedPlace place = Place(location, asn, widePrefix);
        if (group < 0 && !place.HasWide)
            return [];
        IEnumerable<int> regions = _targets.SelectMany(target => target.Select(site => site.Region)).Distinct();
        return [.. regions.Select(region => group >= 0 ? Measured(group, region) : Guessed(place, region)).OrderBy(estimate => estimate.Milliseconds)];
    }

    private LatencyEstimate Measured(int group, int region)
    {
        MapCell cell = _layers.Map.CellsOf(group)[region];
        return new LatencyEstimate(_layers.Map.Regions[region].Label, MapCell.Ms(cell.Fresh), MapCell.Ms(cell.Error), cell.Samples,
            cell.Samples > 0 ? TimeSpan.FromMinutes(cell.AgeMinutes) : null, cell.Source);
    }

    private LatencyEstimate Guessed(in GuessedPlace place, int region)
    {
        double ms = _layers.Predictor.Guess(place, region, out double sigma, out EstimateSource source);
        return new LatencyEstimate(_layers.Map.Regions[region].Label, ms, sigma, 0, null, source);
    }

    private GuessedPlace Place(Location location, uint asn, int widePrefix)
    {
        (int asnLine, int country) = _layers.Map.Wide.Find(asn, location.Country);
        return new GuessedPlace(_layers.Places.Kilometres(location), widePrefix, asnLine, country);
    }

    /// <summary>The map's order has its own memory: a region that settled a little behind another may yet be in front of it. So values rise along that order.</summary>
    private void SortMeasured(Span<byte> order, int group, Span<double> known)
    {
        ReadOnlySpan<byte> settled = _layers.Map.OrderOf(group);
        ReadOnlySpan<MapCell> cells = _layers.Map.CellsOf(group);
        Span<double> rising = stackalloc double[settled.Length];
        Span<int> ranks = stackalloc int[settled.Length];
        double last = 0;
        for (int rank = 0; rank < settled.Length; rank++)
        {
            double ms = MapCell.Ms(cells[settled[rank]].Settled);
            last = double.IsNaN(ms) ? last : Math.Max(last, ms);
            rising[settled[rank]] = last;
            ranks[settled[rank]] = rank;
        }

        Span<double> values = stackalloc double[_targets.Length];
        Span<int> places = stackalloc int[_targets.Length];
        for (int target = 0; target < _targets.Length; target++)
        {
            (values[target], places[target]) = (double.PositiveInfinity, int.MaxValue);
            foreach ((int region, double factor) in _targets[target])
            {
                double value = rising[region] * factor;
                if (value < values[target] || (value == values[target] && ranks[region] < places[target]))
                    (values[target], places[target]) = (value, ranks[region]);
            }
        }

        Span<byte> byPlace = stackalloc byte[order.Length];
        order.CopyTo(byPlace);
        // An insertion sort: the few targets of a name, equal ones left by distance.
        for (int i = 1; i < order.Length; i++)
        {
            byte target = order[i];
            int at = i;
            for (; at > 0 && IsBefore(values, places, target, order[at - 1]); at--)
                order[at] = order[at - 1];
            order[at] = target;
        }

        PreferNear(order, values, byPlace);
        values[..known.Length].CopyTo(known);
    }

    private static bool IsBefore(ReadOnlySpan<double> values, ReadOnlySpan<int> places, int left, int right)
        => values[left] < values[right] || (values[left] == values[right] && places[left] < places[right]);

    /// <summary>With a <c>within</c> above what the map itself holds for equal, the first by distance among those that are equal to the best comes first.</summary>
    private void PreferNear(Span<byte> order, ReadOnlySpan<double> ms, ReadOnlySpan<byte> byPlace)
    {
        if (!_isWide || order.Length < 2 || !double.IsFinite(ms[order[0]]))
            return;
        double most = ms[order[0]] + Math.Max(_withinMs, _withinShare * ms[order[0]]);
        foreach (byte near in byPlace)
        {
            if (!(ms[near] <= most))
                continue;
            int at = order.IndexOf(near);
            order[..at].CopyTo(order[1..]);
            order[0] = near;
            return;
        }
    }

    /// <summary>Moves to the front the target that leads to the region tried, and to no other, where that is not much farther than what this name would answer.</summary>
    private bool Explore(Span<byte> order, int group)
    {
        int tried = _layers.Exploration.RegionOf(group);
        for (int at = 1; tried >= 0 && at < order.Length; at++)
        {
            byte target = order[at];
            if (_targets[target] is not [var (region, _)] || region != tried)
                continue;
            if (!(NearestMs(target, group) - NearestMs(order[0], group) <= LatencyExploration.MostHarmMs))
                return false;
            order[..at].CopyTo(order[1..]);
            order[0] = target;
            return true;
        }

        return false;
    }

    /// <summary>With the bias of regions; NaN where something is not known.</summary>
    private double NearestMs(int target, int group)
    {
        double nearest = _targets[target].Length == 0 ? double.NaN : double.PositiveInfinity;
        foreach ((int region, double factor) in _targets[target])
            nearest = Math.Min(nearest, factor * MapCell.Ms(_layers.Map.CellsOf(group)[region].Fresh));
        return nearest;
    }

    private double Guess(in GuessedPlace place, int target, out double error)
    {
        double best = double.NaN;
        error = 0;
        foreach ((int region, double factor) in _targets[target])
        {
            double ms = factor * _layers.Predictor.Guess(place, region, out double sigma, out _);
            if (!(ms >= best))
                (best, error) = (ms, sigma);
        }

        return best;
    }
}

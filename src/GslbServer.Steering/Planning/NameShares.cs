namespace GslbServer.Steering;

/// <summary>Of one steered name: which share of the clients each region gets. Weights are in the population's unit.</summary>
public sealed class NameShares
{
    private readonly PlanPlaces _places;
    private readonly int _answers; // kinds: the regions, outside of them, nothing
    private readonly double[] _byCountry; // country x kind
    private readonly double[]? _byCell; // cell x kind

    internal NameShares(int name, int regions, PlanPlaces places, bool byCell)
    {
        (Name, _places, _answers) = (name, places, regions + 2);
        _byCountry = new double[places.Countries.Count * _answers];
        _byCell = byCell ? new double[WorldCell.Count * _answers] : null;
    }

    /// <summary>Index into <see cref="Topology.Names"/>.</summary>
    public int Name { get; }

    public long Decisions { get; private set; }

    public double Total => _byCountry.Sum();

    public double OfRegion(int region) => Sum(region);

    /// <summary>Answered by the static records.</summary>
    public double Static => Sum(_answers - 2);

    /// <summary>Answered by NODATA or SERVFAIL.</summary>
    public double Unanswered => Sum(_answers - 1);

    /// <summary>The countries of the clients that a region gets, those with most first.</summary>
    public IEnumerable<(string Country, double Weight)> CountriesOf(int region) => _places.Countries
        .Select((country, index) => (Country: country, Weight: _byCountry[(index * _answers) + region])).Where(one => one.Weight > 0).OrderByDescending(one => one.Weight);

    /// <summary>Cells of the map, with the region that most of their clients get and what all of them weigh.</summary>
    public IEnumerable<(int Cell, int Region, double Weight)> Cells()
    {
        for (int cell = 0; _byCell is not null && cell < WorldCell.Count; cell++)
        {
            ReadOnlySpan<double> here = _byCell.AsSpan(cell * _answers, _answers);
            double sum = 0;
            int most = 0;
            for (int answer = 0; answer < here.Length; answer++)
            {
                sum += here[answer];
                if (here[answer] > here[most]) most = answer;
            }

            if (sum > 0) yield return (cell, most < _answers - 2 ? most : -1, sum);
        }
    }

    internal void Count(int place, ReadOnlySpan<int> answers, double weight)
    {
        Decisions++;
        weight /= answers.Length;
        int country = _places.CountryOf(place) * _answers, cell = _byCell is null ? -1 : _places.CellOf(place);
        foreach (int answer in answers)
        {
            _byCountry[country + answer] += weight;
            if (cell >= 0) _byCell![(cell * _answers) + answer] += weight;
        }
    }

    internal void Add(NameShares other)
    {
        Decisions += other.Decisions;
        for (int i = 0; i < _byCountry.Length; i++) _byCountry[i] += other._byCountry[i];
        for (int i = 0; _byCell is not null && i < _byCell.Length; i++) _byCell[i] += other._byCell![i];
    }

    private double Sum(int answer)
    {
        double sum = 0;
        for (int at = answer; at < _byCountry.Length; at += _answers) sum += _byCountry[at];
        return sum;
    }
}

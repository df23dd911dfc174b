namespace GslbServer.Steering;

/// <summary>What plans count by: the countries of a population, and the cells of a map.</summary>
public sealed class PlanPlaces
{
    private readonly int[] _country, _cell;

    public PlanPlaces(Population population)
    {
        var index = new Dictionary<string, int> { [""] = 0 };
        _country = new int[population.Places.Count];
        _cell = new int[population.Places.Count];
        for (int place = 0; place < _country.Length; place++)
        {
            Location location = population.Places[place];
            if (!index.TryGetValue(location.Country, out int country)) index.Add(location.Country, country = index.Count);
            _country[place] = country;
            _cell[place] = WorldCell.Of(location);
        }

        Countries = [.. index.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
    }

    /// <summary>ISO 3166-1 alpha-2; the first is empty, for unknown.</summary>
    public IReadOnlyList<string> Countries { get; }

    public int CountryOf(int place) => _country[place];

    /// <returns>-1 where nobody knows the place.</returns>
    public int CellOf(int place) => _cell[place];
}

using System.Text;

namespace GslbServer.Steering;

/// <summary>Keeps each distinct location, and each distinct string, once, while a database is read.</summary>
internal sealed class LocationPool
{
    /// <summary>Stands for a city whose name is not told.</summary>
    public const int NoCity = -1;

    private readonly Dictionary<(string Country, string Continent, string Subdivisions), int> _places = new() { [("", "", "")] = 0 };
    private readonly List<LocationList.Place> _placeList = [new("", "", [])];
    private readonly Dictionary<(int Place, int City, double Latitude, double Longitude), int> _indices = new() { [(0, NoCity, double.NaN, double.NaN)] = 0 };
    private readonly List<LocationList.Entry> _entries = [new(0, 0, double.NaN, double.NaN)];
    private readonly Dictionary<string, string> _strings = new() { [""] = "" };
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _stringsBySpan;

    public LocationPool() => _stringsBySpan = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    public LocationList ToList() => new([.. _placeList], [.. _entries]);

    /// <param name="subdivisions">Codes with blanks between, the largest first.</param>
    /// <param name="city">What tells cities apart: where the name stands, or <see cref="NoCity"/>.</param>
    /// <param name="record">Where the data record stands that told it.</param>
    public int IndexOf(string country, string continent, string subdivisions, int city, double latitude, double longitude, int record)
    {
        (string, string, string) placeKey = (country, continent, subdivisions);
        if (!_places.TryGetValue(placeKey, out int place))
        {
            _places[placeKey] = place = _placeList.Count;
            _placeList.Add(new LocationList.Place(country, continent, subdivisions.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }

        (int, int, double, double) key = (place, city, latitude, longitude);
        if (_indices.TryGetValue(key, out int index)) return index;
        _indices[key] = index = _entries.Count;
        _entries.Add(new LocationList.Entry(place, record, latitude, longitude));
        return index;
    }

    public string Intern(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[256];
        return utf8.Length <= text.Length && Encoding.UTF8.TryGetChars(utf8, text, out int written)
            ? Intern(text[..written])
            : Intern(Encoding.UTF8.GetString(utf8).AsSpan());
    }

    public string Intern(ReadOnlySpan<char> text)
    {
        if (_stringsBySpan.TryGetValue(text, out string? known)) return known;
        string added = text.ToString();
        _strings[added] = added;
        return added;
    }
}

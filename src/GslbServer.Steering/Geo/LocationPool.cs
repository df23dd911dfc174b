using System.Text;

namespace GslbServer.Steering;

/// <summary>Keeps each distinct location, and each distinct string, once.</summary>
internal sealed class LocationPool
{
    private readonly record struct Key(string Country, string Continent, string Subdivisions, string City, double Latitude, double Longitude);

    private readonly List<Location> _locations = [Location.Unknown];
    private readonly Dictionary<Key, int> _indices = new() { [new Key("", "", "", "", double.NaN, double.NaN)] = 0 };
    private readonly Dictionary<string, string> _strings = new() { [""] = "" };
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _stringsBySpan;
    private readonly Dictionary<string, string[]> _subdivisions = new() { [""] = [] };

    public LocationPool() => _stringsBySpan = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    public Location[] ToArray() => [.. _locations];

    /// <param name="subdivisions">Codes with blanks between, the largest first.</param>
    public int IndexOf(string country, string continent, string subdivisions, string city, double latitude, double longitude)
    {
        var key = new Key(country, continent, subdivisions, city, latitude, longitude);
        if (_indices.TryGetValue(key, out int index)) return index;
        if (!_subdivisions.TryGetValue(subdivisions, out string[]? codes))
            _subdivisions[subdivisions] = codes = Array.ConvertAll(subdivisions.Split(' '), code => Intern(code));
        _indices[key] = index = _locations.Count;
        _locations.Add(new Location(country, continent, codes, city, latitude, longitude));
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

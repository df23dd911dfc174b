using System.Collections;

namespace GslbServer.Steering;

/// <summary>Distinct locations without their cities, packed: 24 octets each, of which a database has a hundred thousand. Index 0 is
/// <see cref="Location.Unknown"/>.</summary>
internal sealed class LocationList(LocationList.Place[] places, LocationList.Entry[] entries) : IReadOnlyList<Location>
{
    public static readonly LocationList Empty = new LocationPool().ToList();

    public readonly record struct Place(string Country, string Continent, string[] Subdivisions);

    /// <param name="Place">Index of what it shares with others.</param>
    /// <param name="Record">Offset of the data record that told it, for what is not kept here.</param>
    public readonly record struct Entry(int Place, int Record, double Latitude, double Longitude);

    public int Count => entries.Length;

    public Location this[int index]
    {
        get
        {
            if (index == 0) return Location.Unknown;
            (string country, string continent, string[] subdivisions) = places[entries[index].Place];
            return new Location(country, continent, subdivisions, "", entries[index].Latitude, entries[index].Longitude);
        }
    }

    public int RecordOf(int index) => entries[index].Record;

    public IEnumerator<Location> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

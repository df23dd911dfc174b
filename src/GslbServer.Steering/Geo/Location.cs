namespace GslbServer.Steering;

/// <summary>Where the database puts a network. Strings are empty and coordinates NaN where it does not say.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Continent">AF AN AS EU NA OC SA.</param>
/// <param name="Subdivisions">ISO 3166-2 codes without the country, the largest first: <c>ENG</c>, <c>CA</c>.</param>
public sealed record Location(string Country, string Continent, IReadOnlyList<string> Subdivisions, string City, double Latitude, double Longitude)
{
    /// <summary>Nothing known.</summary>
    public static readonly Location Unknown = new("", "", [], "", double.NaN, double.NaN);

    public bool HasCoordinates => !double.IsNaN(Latitude);
}

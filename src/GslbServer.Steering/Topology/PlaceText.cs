namespace GslbServer.Steering;

/// <summary>A PLACE of the zone language as text, for those who write zones.</summary>
public static class PlaceText
{
    /// <returns>Null for a PLACE; otherwise what is wrong and what was expected.</returns>
    public static string? ProblemOf(string place) => PlaceReader.TryRead(place, out _);
}

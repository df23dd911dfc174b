namespace GslbServer.Steering;

/// <summary>Countries as a PLACE of the zone language says them.</summary>
public static class CountryCode
{
    /// <summary>Four countries are named like continents; they are written by their three letters.</summary>
    /// <param name="alpha2">ISO 3166-1 alpha-2.</param>
    public static string AsPlace(string alpha2) => Countries.Continents.Contains(alpha2) ? Countries.ToAlpha3(alpha2) ?? alpha2 : alpha2;
}

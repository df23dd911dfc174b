namespace GslbServer.Steering;

/// <summary>What is known of all prefixes within something wider, for one region.</summary>
/// <param name="Residual">Tenths of a millisecond above (or below) the distance model; the median over the prefixes.</param>
/// <param name="Sigma">Tenths: how far single prefixes lie from it.</param>
/// <param name="Members">Prefixes measured; 0 for none, then the rest says nothing.</param>
/// <param name="Fresh">What the residual was worked out to be last, in tenths: two that differ in a row from the settled one replace it.</param>
/// <param name="Absolute">Tenths of a whole round trip that somebody imported; 0 for none. Counts where no member is measured.</param>
internal readonly record struct WideCell(int Residual, ushort Sigma, ushort Members, int Fresh, ushort Absolute);

/// <summary>Wider knowledge: prefixes of /20 and /40, ASes within a country, countries. Frozen.</summary>
/// <param name="Keys">Ascending.</param>
/// <param name="Cells">For each key a line, one for each region.</param>
internal sealed record WideTable(ulong[] Keys, WideCell[] Cells)
{
    public const int WidePrefixIPv4 = 20;

    public const int WidePrefixIPv6 = 40;

    public static readonly WideTable Empty = new([], []);

    /// <returns>The line, or -1.</returns>
    public int Find(LatencyKey key)
    {
        int at = Array.BinarySearch(Keys, key.Bits);
        return at < 0 ? -1 : at;
    }

    /// <summary>The line of the nearest prefix around a client, of an AS and of a country; -1 where there is none.</summary>
    public (int Asn, int Country) Find(uint asn, string country)
    {
        int asnLine = asn == 0 ? -1 : Find(LatencyKey.AsnInCountry(asn, country));
        if (asnLine < 0 && asn != 0)
            asnLine = Find(LatencyKey.AsnInCountry(asn, ""));
        return (asnLine, country.Length == 2 ? Find(LatencyKey.Country(country)) : -1);
    }
}

namespace GslbServer.Steering;

/// <summary>ISO 3166-2 of the countries whose subdivisions zones name most and whose codes have not changed for decades. Of other countries any code of the right shape
/// is taken: their lists change, and a database newer than this table must not be refused.</summary>
internal static class Subdivisions
{
    private static readonly Dictionary<string, string[]> Codes = new(StringComparer.Ordinal)
    {
        ["AT"] = Numbers(1, 9, 1),
        ["AU"] = Split("ACT NSW NT QLD SA TAS VIC WA"),
        ["BR"] = Split("AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO"),
        ["CA"] = Split("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
        ["CH"] = Split("AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH"),
        ["DE"] = Split("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"),
        ["JP"] = Numbers(1, 47, 2),
        ["US"] = Split("AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UM UT VA VI VT WA WI WV WY"),
    };

    /// <param name="country">Alpha-2, upper case.</param>
    /// <returns>Null when this table does not know the country's.</returns>
    public static IReadOnlyList<string>? Of(string country) => Codes.GetValueOrDefault(country);

    private static string[] Split(string codes) => codes.Split(' ');

    private static string[] Numbers(int from, int to, int digits)
        => [.. Enumerable.Range(from, to - from + 1).Select(number => number.ToString(digits == 1 ? "0" : "00", System.Globalization.CultureInfo.InvariantCulture))];
}

using System.Globalization;

namespace GslbServer.Steering;

/// <summary>Reads a REGION: <c>latitude longitude [bias=] [capacity=]</c>.</summary>
internal static class RegionReader
{
    public static Region Read(int index, ConfigRecord record, Problems problems)
    {
        RecordWords words = RecordWords.Read(index, record, problems);
        var values = new Values(words, problems);
        for (int i = 2; i < words.Positional.Count; i++)
        {
            (string text, int word) = words.Positional[i];
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            problems.Error(index, word, equals > 0 ? RecordWords.UnknownKey(ConfigKind.Region, text[..equals].ToLowerInvariant())
                : $"unexpected \"{text}\": REGION takes latitude, longitude and keys");
        }

        if (words.Positional.Count < 2)
            problems.Error(index, -1, "REGION needs latitude and longitude in degrees, such as 53.35 -6.26");
        double latitude = Degrees(words, 0, "latitude", 90, problems);
        double longitude = Degrees(words, 1, "longitude", 180, problems);
        int bias = values.Number("bias", 0, -99, 99);

        if (record.Addresses.Count == 0 && record.CnameTarget is null)
            problems.Error(index, -1, $"region {record.Owner} has no addresses: expected A, AAAA or one CNAME beside its REGION");
        if (record.Addresses.Count > TopologyLimits.AddressesPerRegion)
            problems.Error(index, -1, $"region {record.Owner} has {record.Addresses.Count} addresses: at most {TopologyLimits.AddressesPerRegion}");

        return new Region(record.Owner, Names.FirstLabel(record.Owner), record.Zone, latitude, longitude, bias, Capacity(words, problems),
            record.CnameTarget is null ? [.. record.Addresses.Distinct()] : [], record.CnameTarget);
    }

    private static double Degrees(RecordWords words, int position, string what, double limit, Problems problems)
    {
        if (words.Positional.Count <= position)
            return 0;
        (string text, int word) = words.Positional[position];
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double degrees) || !double.IsFinite(degrees))
        {
            problems.Error(words.Record, word, $"{what} \"{text}\" is not a number: expected degrees such as 53.35 (north and east are positive)");
        }
        else if (Math.Abs(degrees) > limit)
        {
            string swapped = what == "latitude" && Math.Abs(degrees) <= 180 ? "; latitude comes first" : "";
            problems.Error(words.Record, word, $"{what} {text} is off the map: expected {-limit} to {limit} degrees{swapped}");
        }
        else
        {
            return degrees;
        }

        return 0;
    }

    private static double? Capacity(RecordWords words, Problems problems)
    {
        if (words.Scalar("capacity") is not { } found)
            return null;
        if (double.TryParse(found.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double capacity) && capacity > 0 && capacity < 1e12)
            return capacity;

        problems.Error(words.Record, found.Word, $"capacity={found.Value}: expected requests per second, a number above 0");
        return null;
    }
}

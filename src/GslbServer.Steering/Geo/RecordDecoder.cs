using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Turns data records into locations and ASNs: only the paths that steering uses.</summary>
/// <remarks>Paths are those of GeoIP2 (country, city, enterprise, ASN and ISP databases), which most vendors follow; some put the same into a flat
/// record (<c>country_code</c>,
/// <c>continent_code</c>, <c>asn</c> as <c>AS64496</c>), which is read too. A continent that is not told follows from the country. A code that is
/// none, or a coordinate off the map, counts as
/// absent: vendors write <c>-</c>, <c>ZZ</c> or empty strings for "unknown". A field of the wrong type means a corrupt file.</remarks>
internal sealed class RecordDecoder(MmdbReader reader, LocationPool pool)
{
    /// <summary>GeoIP2 has at most two; ISO 3166-2 knows no more levels.</summary>
    private const int MaxSubdivisions = 4;

    /// <param name="record">A record of the search tree that is neither a node nor empty.</param>
    /// <returns>Index of the location in the pool, and the ASN; 0 for what the record does not tell.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Location, uint Asn) Decode(uint record)
    {
        int offset = reader.DataOffset(record);
        MmdbSection data = reader.Data();
        string country = "", registered = "", represented = "", continent = "", subdivisions = "";
        int city = LocationPool.NoCity;
        double latitude = double.NaN, longitude = double.NaN;
        uint asn = 0;

        MmdbValue map = data.ResolveMap(offset);
        int at = map.Payload;
        for (int i = 0; i < map.Size; i++)
        {
            ReadOnlySpan<byte> key = data.ReadKey(ref at);
            if (key.SequenceEqual("country"u8)) country = Either(country, CodeIn(ref data, at, "iso_code"u8));
            else if (key.SequenceEqual("country_code"u8)) country = Either(Code(ref data, at), country);
            else if (key.SequenceEqual("registered_country"u8)) registered = CodeIn(ref data, at, "iso_code"u8);
            else if (key.SequenceEqual("represented_country"u8)) represented = CodeIn(ref data, at, "iso_code"u8);
            else if (key.SequenceEqual("continent"u8)) continent = Either(continent, CodeIn(ref data, at, "code"u8));
            else if (key.SequenceEqual("continent_code"u8)) continent = Either(Code(ref data, at), continent);
            else if (key.SequenceEqual("subdivisions"u8)) subdivisions = Subdivisions(ref data, at);
            else if (key.SequenceEqual("city"u8)) city = CityAt(ref data, at);
            else if (key.SequenceEqual("location"u8)) (latitude, longitude) = Coordinates(ref data, at);
            else if (key.SequenceEqual("autonomous_system_number"u8)) asn = (uint)Math.Min(data.ReadUnsigned(at), uint.MaxValue);
            else if (key.SequenceEqual("asn"u8)) asn = FlatAsn(ref data, at);
            at = data.Skip(at);
        }

        country = Either(Either(country, registered), represented);
        if (!CountryContinents.IsContinent(continent)) continent = CountryContinents.Of(country);
        return (pool.IndexOf(country, continent, subdivisions, city, latitude, longitude, offset), asn);
    }

    private static string Either(string first, string second) => first.Length > 0 ? first : second;

    /// <summary>A code of two letters under a key of a map, or in the map's place in flat records; empty when absent or something else.</summary>
    private string CodeIn(ref MmdbSection data, int offset, ReadOnlySpan<byte> key)
    {
        if (data.Resolve(offset).Type == MmdbType.String) return Code(ref data, offset);
        return data.TryFind(data.ResolveMap(offset), key, out int at) ? Code(ref data, at) : "";
    }

    private string Code(ref MmdbSection data, int offset)
    {
        ReadOnlySpan<byte> code = data.ReadString(offset);
        if (code.Length != 2 || !char.IsAsciiLetter((char)code[0]) || !char.IsAsciiLetter((char)code[1])) return "";
        ReadOnlySpan<byte> upper = [(byte)(code[0] & 0xDF), (byte)(code[1] & 0xDF)];
        return upper.SequenceEqual("ZZ"u8) ? "" : pool.Intern(upper);
    }

    private string Subdivisions(ref MmdbSection data, int offset)
    {
        MmdbValue array = data.ResolveArray(offset);
        string codes = "";
        int at = array.Payload;
        for (int i = 0; i < Math.Min(array.Size, MaxSubdivisions); i++)
        {
            if (data.TryFind(data.ResolveMap(at), "iso_code"u8, out int found))
            {
                ReadOnlySpan<byte> code = data.ReadString(found);
                // ISO 3166-2: one to three letters or digits behind the country.
                if (code.Length is >= 1 and <= 3 && !code.ContainsAnyExceptInRange((byte)'0', (byte)'Z'))
                {
                    string text = pool.Intern(code);
                    codes = codes.Length == 0 ? text : codes + " " + text;
                }
            }

            at = data.Skip(at);
        }

        return codes;
    }

    /// <summary>Cold: the name of the city, which steering does not use and a compiled table does not keep.</summary>
    /// <param name="offset">Of a record in the data section.</param>
    public static string City(MmdbReader reader, int offset)
    {
        MmdbSection data = reader.Data();
        if (!data.TryFind(data.ResolveMap(offset), "city"u8, out int city)) return "";
        int name = CityAt(ref data, city);
        return name == LocationPool.NoCity ? "" : data.ReadText(name);
    }

    /// <summary>Where the city's name stands: the same place for all records that share it.</summary>
    private static int CityAt(ref MmdbSection data, int offset)
    {
        if (data.Resolve(offset).Type != MmdbType.String
            && !(data.TryFind(data.ResolveMap(offset), "names"u8, out int names) && data.TryFind(data.ResolveMap(names), "en"u8, out offset)))
            return LocationPool.NoCity;
        return data.ReadString(offset).IsEmpty ? LocationPool.NoCity : data.Target(offset);
    }

    private static (double Latitude, double Longitude) Coordinates(ref MmdbSection data, int offset)
    {
        MmdbValue map = data.ResolveMap(offset);
        if (!data.TryFind(map, "latitude"u8, out int latitudeAt) || !data.TryFind(map, "longitude"u8, out int longitudeAt)) return (double.NaN, double.NaN);
        double latitude = data.ReadDouble(latitudeAt);
        double longitude = data.ReadDouble(longitudeAt);
        return Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 ? (latitude, longitude) : (double.NaN, double.NaN);
    }

    /// <summary>Written as a number, or with <c>AS</c> before it.</summary>
    private static uint FlatAsn(ref MmdbSection data, int offset)
    {
        if (data.Resolve(offset).Type != MmdbType.String) return (uint)Math.Min(data.ReadUnsigned(offset), uint.MaxValue);
        ReadOnlySpan<byte> text = data.ReadString(offset);
        if (text.StartsWith("AS"u8)) text = text[2..];
        return Utf8Parser.TryParse(text, out uint asn, out int read) && read == text.Length ? asn : 0;
    }
}

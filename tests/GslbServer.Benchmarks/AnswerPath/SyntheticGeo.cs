using System.Net;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>A geo database of realistic shape and any size: random divisions of the unicast space, in lengths and nesting like those of city databases; neighbours mostly
/// lie in one country, each in one of its cities. The same number of networks gives the same database.</summary>
internal sealed class SyntheticGeo
{
    /// <summary>About as many networks as GeoLite2-City has.</summary>
    public const int All = 3_800_000;

    private const int Countries = 44;
    private const int CitiesPerCountry = 1_200;
    private const double ShareOfIPv4 = 0.91;

    /// <summary>How likely a network of this length (index: length - 8) is not divided further.</summary>
    private static readonly double[] WholeIPv4 = [0, 0, 0, 0, .02, .02, .02, .02, .02, .12, .2, .25, .35, .3, .35, .4, .7, .6, .6, .6, 1];

    private readonly Random _random = new(1);
    private readonly KeyValuePair<string, object>[][] _cities;

    private SyntheticGeo() => _cities = [.. Enumerable.Range(0, Countries * CitiesPerCountry).Select(City)];

    /// <summary>A table of that many networks. With a file, it is read from there, and made there first if it does not exist.</summary>
    public static GeoTable Load(int networks, string? file)
    {
        if (file is not null && File.Exists(file)) return GeoLoader.Load([file]);
        byte[] database = new SyntheticGeo().Make(networks);
        if (file is not null) File.WriteAllBytes(file, database);
        return GeoTable.Compile([("synthetic", database)]);
    }

    private byte[] Make(int networks)
    {
        var writer = new MmdbWriter("GeoLite2-City", $"synthetic, of {networks} networks", DateTimeOffset.UnixEpoch);
        var blocks = Enumerable.Range(1, 223).Where(b => b is not (10 or 127)).Select(b => new Part((UInt128)(uint)b << 120, 8, Country()));
        Divide(writer, blocks, (int)(networks * ShareOfIPv4), settled: 14, length => WholeIPv4[length - 8], isIPv6: false);
        Divide(writer, [new Part((UInt128)1 << 125, 3, Country())], (int)(networks * (1 - ShareOfIPv4)), settled: 16, length => length < 12 ? 0 : length < 46 ? .415 : 1, isIPv6: true);
        return writer.ToBytes();
    }

    /// <summary>Level by level. At <paramref name="limit"/> networks the rest stays whole.</summary>
    /// <param name="settled">The length at which a country is settled; below it, some parts belong to another one.</param>
    private void Divide(MmdbWriter writer, IEnumerable<Part> roots, int limit, int settled, Func<int, double> whole, bool isIPv6)
    {
        List<Part> level = [.. roots];
        int count = level.Count;
        while (level.Count > 0)
        {
            List<Part> below = [];
            foreach ((UInt128 address, int length, int country) in level)
            {
                int owner = length == settled || length > settled && length < settled + 8 && _random.NextDouble() < .08 ? Country() : country;
                if (count >= limit || _random.NextDouble() < whole(length))
                {
                    IPAddress start = new Client(isIPv6, address, 0, ClientSource.Subnet).ToAddress();
                    writer.Add(new IPNetwork(start, length), _cities[owner * CitiesPerCountry + _random.Next(CitiesPerCountry)]);
                    continue;
                }

                count++;
                below.Add(new Part(address, length + 1, owner));
                below.Add(new Part(address | UInt128.One << (127 - length), length + 1, owner));
            }

            level = below;
        }
    }

    /// <summary>The first ones are much more frequent, as large countries are.</summary>
    private int Country() => (int)(Countries * Math.Pow(_random.NextDouble(), 2));

    private KeyValuePair<string, object>[] City(int index)
    {
        (string Code, string Continent, double Latitude, double Longitude) country = World[index / CitiesPerCountry % World.Length];
        return
        [
            new("city", Map(("names", Map(("en", $"City {index}"))))),
            new("continent", Map(("code", country.Continent))),
            new("country", Map(("iso_code", country.Code))),
            new("location", Map(("latitude", country.Latitude + 10 * _random.NextDouble() - 5), ("longitude", country.Longitude + 16 * _random.NextDouble() - 8))),
            new("subdivisions", new object[] { Map(("iso_code", $"S{index % 50}")) }),
        ];
    }

    private static KeyValuePair<string, object>[] Map(params (string Key, object Value)[] entries) => [.. entries.Select(e => new KeyValuePair<string, object>(e.Key, e.Value))];

    private static readonly (string Code, string Continent, double Latitude, double Longitude)[] World =
    [
        ("US", "NA", 38, -97), ("CN", "AS", 35, 105), ("JP", "AS", 36, 138), ("DE", "EU", 51, 9), ("GB", "EU", 54, -2), ("BR", "SA", -10, -55), ("FR", "EU", 46, 2),
        ("KR", "AS", 37, 127), ("CA", "NA", 56, -106), ("IN", "AS", 20, 77), ("AU", "OC", -27, 133), ("ZA", "AF", -29, 24), ("RU", "EU", 60, 90), ("MX", "NA", 23, -102),
    ];

    /// <param name="Address">Left-aligned, as in <see cref="Client"/>.</param>
    private readonly record struct Part(UInt128 Address, int Length, int Country);
}

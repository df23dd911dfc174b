using System.Globalization;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A map of the geoip plugin: which datacenters clients of a place get, in which order (gdnsd-plugin-geoip(8), CONFIGURATION - MAPS).</summary>
/// <param name="Datacenters">In their order of default.</param>
/// <param name="Coordinates">As REGION has them, by datacenter; empty without city auto mode.</param>
/// <param name="Lists">PLACE to datacenters, <c>*</c> among them; null stands for <c>auto</c>, by distance.</param>
internal sealed record GdnsdMap(string Name, IReadOnlyList<string> Datacenters, IReadOnlyDictionary<string, string> Coordinates, IReadOnlyDictionary<string,
    IReadOnlyList<string>?> Lists, bool IgnoresSubnet)
{
    /// <exception cref="InputException">It is no map.</exception>
    public static GdnsdMap Read(string name, VscfHash map, string folder, ImportFiles files, ZoneDraft draft) => new Reader(name, map, draft).Read(folder, files);

    private sealed class Reader(string name, VscfHash map, ZoneDraft draft)
    {
        private readonly string[] _datacenters = map["datacenters"]?.Texts.ToArray() ?? throw new InputException($"{map.At}: the map \"{name}\" has no datacenters");
        private readonly Dictionary<string, string> _coordinates = [];
        private readonly Dictionary<string, IReadOnlyList<string>?> _lists = [];

        public GdnsdMap Read(string folder, ImportFiles files)
        {
            var scope = new GdnsdScope(map);
            foreach ((string datacenter, VscfValue at) in map.Hash("auto_dc_coords")?.Entries ?? []) _coordinates[datacenter] = Coordinates(at);
            _lists["*"] = _coordinates.Count > 0 ? null : _datacenters;
            if (map["map"] is { } places) ReadPlaces(places as VscfHash ?? throw new InputException($"{places.At}: expected a hash of places"));
            if (map["nets"] is { } nets) ReadNetworks(nets is VscfString file ? AsHash(files, folder, file) : nets as VscfHash
                ?? throw new InputException($"{nets.At}: expected a hash of networks, or a file"));
            int limit = scope.Number("auto_dc_limit", 0, int.MaxValue) ?? 3;
            if (limit > 0 && _coordinates.Count > limit)
                draft.Note($"map {name}", $"auto_dc_limit {limit.ToString(CultureInfo.InvariantCulture)} is not carried over: failover goes on to all datacenters, by distance", null, map["auto_dc_limit"]?.At ?? map.At);
            return new GdnsdMap(name, _datacenters, _coordinates, _lists, scope.Flag("ignore_ecs"));
        }

        private static string Coordinates(VscfValue value) => value.Texts.Select(Degrees).ToArray() is [>= -90 and <= 90 and var latitude, >= -180 and <= 180 and var longitude]
            ? string.Create(CultureInfo.InvariantCulture, $"{latitude} {longitude}") : throw new InputException($"{value.At}: expected [ latitude, longitude ]");

        private static double Degrees(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double degrees) ? degrees : double.NaN;

        private static VscfHash AsHash(ImportFiles files, string folder, VscfString file)
        {
            string path = Path.Combine(folder, file.Text);
            return VscfReader.Read(path, files.Read(path), files) as VscfHash ?? throw new InputException($"{path}: expected networks and their datacenters");
        }

        /// <summary>Continents, below them countries.</summary>
        private void ReadPlaces(VscfHash places)
        {
            foreach ((string continent, VscfValue value) in places.Entries)
            {
                if (continent == "default" || value is not VscfHash countries)
                {
                    Put(continent == "default" ? "*" : continent, value, continent);
                    continue;
                }

                foreach ((string country, VscfValue below) in countries.Entries)
                {
                    string place = country == "default" ? continent : CountryCode.AsPlace(country.ToUpperInvariant());
                    if (below is VscfHash subdivisions) ReadCountry(country, place, subdivisions);
                    else Put(place, below, country);
                }
            }
        }

        /// <summary>Subdivisions of any level and cities, all by their own names.</summary>
        private void ReadCountry(string country, string around, VscfHash places)
        {
            foreach ((string key, VscfValue value) in places.Entries)
            {
                string place = key == "default" ? around : $"{country}-{key}";
                if (value is not VscfHash below) Put(place, value, key);
                else if (PlaceText.ProblemOf(place) is null) ReadCountry(country, place, below);
                else ReadCity(key, value.At);
            }
        }

        private void ReadNetworks(VscfHash networks)
        {
            foreach ((string network, VscfValue value) in networks.Entries)
            {
                // The space of IPv4-compatible addresses is where gdnsd keeps IPv4.
                bool isCompatible = network.Split('/') is [var address, var length] && IPAddress.TryParse(address, out IPAddress? parsed)
                    && parsed.GetAddressBytes() is { Length: 16 } octets
                    && octets.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && int.TryParse(length, out int bits) && bits is >= 96 and <= 128;
                string[] parts = network.Split('/');
                Put(isCompatible ? $"{new IPAddress(IPAddress.Parse(parts[0]).GetAddressBytes().AsSpan(12))}/{int.Parse(parts[1], CultureInfo.InvariantCulture) - 96}" : network.ToLowerInvariant(), value, network);
            }
        }

        private void Put(string place, VscfValue value, string written)
        {
            if (PlaceText.ProblemOf(place) is { } problem)
            {
                if (place.Contains('-', StringComparison.Ordinal)) ReadCity(written, value.At);
                else draft.Note($"map {name}, {written}", problem, null, value.At);
                return;
            }

            string[] list = [.. value.Texts];
            if (value is VscfString { Text: "auto" }) _lists[place] = _coordinates.Count > 0 ? null : throw new InputException($"{value.At}: auto without auto_dc_coords");
            else if (list.Length == 0) draft.Note($"map {name}, {written}", "an empty list, no answer for a place, is not carried over: what a name has must not depend on the client", null, value.At);
            else _lists[place] = list.FirstOrDefault(one => !_datacenters.Contains(one)) is { } unknown
                ? throw new InputException($"{value.At}: the map has no datacenter \"{unknown}\"") : list;
        }

        private void ReadCity(string city, SourcePosition at) =>
            draft.Note($"map {name}, {city}", "a city is no PLACE", "write its subdivision or networks: map=203.0.113.0/24:datacenter", at);
    }
}

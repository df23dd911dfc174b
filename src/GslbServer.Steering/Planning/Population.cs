using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Who asks, for planning: networks with weights, and where each is.</summary>
/// <param name="Places">Locations without cities; index 0 is unknown.</param>
/// <param name="Source">For people.</param>
public sealed record Population(ImmutableArray<ClientGroup> Groups, IReadOnlyList<Location> Places, string Source)
{
    public double Weight => Groups.Sum(group => group.Weight);

    /// <summary>Every IPv4 network that a database places, each country weighing what <paramref name="weightOf"/> says of it, shared by its networks as they have addresses.</summary>
    /// <param name="weightOf">By ISO 3166-1 alpha-2 code; 0 leaves a country out.</param>
    public static Population OfCountries(GeoTable geo, Func<string, double> weightOf, string source)
    {
        List<ClientGroup> groups = [];
        double[] addressesOf = new double[geo.Locations.Count];
        using (GeoCursors cursors = geo.Walk(isIPv6: false, withAsns: false))
        {
            MmdbCursor at = cursors.Locations;
            do
            {
                if (at.Location == 0) continue;
                double addresses = ((at.Last - at.Start) >> 32) + 1.0;
                addressesOf[at.Location] += addresses;
                groups.Add(new ClientGroup(false, at.Start, PrefixLengthOf(at.Start, at.Last), at.Location, addresses));
            }
            while (at.MoveNext());
        }

        string[] country = [.. geo.Locations.Select(place => place.Country)];
        Dictionary<string, double> ofCountry = [];
        for (int place = 1; place < country.Length; place++) ofCountry[country[place]] = ofCountry.GetValueOrDefault(country[place]) + addressesOf[place];
        var perAddress = ofCountry.ToDictionary(pair => pair.Key, pair => weightOf(pair.Key) / pair.Value);
        return new Population([.. groups.Select(group => group with { Weight = group.Weight * perAddress[country[group.Place]] }).Where(group => group.Weight > 0)], geo.Locations, source);
    }

    /// <summary>Networks as somebody listed them; equal ones count together.</summary>
    /// <param name="networks">Longer than /24 or /56 they stand for the network of that length.</param>
    public static Population OfNetworks(GeoTable geo, IEnumerable<(IPNetwork Network, double Weight, int Name)> networks, string source)
    {
        var places = PlaceTable.Compile(geo, useAsn: false, [], (location, _, _) => location);
        Dictionary<(bool IsIPv6, ulong Upper, byte Length, int Name), double> weights = [];
        foreach ((IPNetwork network, double weight, int name) in networks)
        {
            var client = Client.From(network, ClientSource.Subnet);
            byte length = Math.Min(client.PrefixLength, ClientGroup.LongestPrefix(client.IsIPv6));
            ulong upper = length == 0 ? 0 : client.Upper & (ulong.MaxValue << (64 - length));
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(weights, (client.IsIPv6, upper, length, name), out _) += weight;
        }

        return new Population(
            [.. weights.Select(one => new ClientGroup(one.Key.IsIPv6, one.Key.Upper, one.Key.Length, places.Find(one.Key.IsIPv6, new UInt128(one.Key.Upper, 0), out _), one.Value, one.Key.Name))],
            geo.Locations, source);
    }

    private static byte PrefixLengthOf(ulong start, ulong last) => (byte)System.Numerics.BitOperations.LeadingZeroCount(start ^ last);
}

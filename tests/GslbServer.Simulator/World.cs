using System.Net;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>An operator's network: where it sells, and how crooked its paths are.</summary>
/// <param name="Inflation">Length of the path to each region over that of light in fibre along the great circle.</param>
internal sealed record Network(int Index, uint Asn, City[] Cities, double AccessMs, double[] Inflation);

/// <param name="Recorded">Where the geo database puts it, which may be wrong.</param>
/// <param name="Rtt">To each region, ms: the truth.</param>
/// <param name="Weight">Share of all traffic.</param>
/// <param name="Resolver">Whose resolver it asks; -1 when its resolver sends Client Subnet.</param>
internal sealed record Prefix(Client Client, Network Network, City City, City Recorded, double[] Rtt, double Weight, int Resolver);

/// <summary>Clients, resolvers and regions, and what nobody but this class knows: how far they really are from each other.</summary>
internal sealed class World
{
    private static readonly (string Label, string City)[] UsualRegions =
        [("us-east", "Ashburn"), ("us-west", "Portland"), ("eu-west", "Dublin"), ("ap-south", "Mumbai"), ("sa-east", "Sao-Paulo")];

    /// <summary>Three pairs are less than 10 ms apart.</summary>
    private static readonly (string Label, string City)[] HardRegions =
        [.. UsualRegions, ("us-north", "New-York"), ("eu-central", "Amsterdam"), ("eu-north", "Frankfurt"), ("ap-east", "Singapore"), ("ap-southeast", "Jakarta")];

    private readonly ulong _seed;
    private readonly List<PathEvent> _events = [];

    public World(ulong seed, bool isHard, int prefixes)
    {
        _seed = seed;
        var dice = new Dice(seed, 1);
        (string Label, string City)[] regions = isHard ? HardRegions : UsualRegions;
        Labels = [.. regions.Select(region => region.Label)];
        Regions = [.. regions.Select(region => City.Named(region.City))];
        Networks = [.. Enumerable.Range(0, Math.Max(20, prefixes / 12)).Select(index => MakeNetwork(index, ref dice))];
        double noSubnetShare = isHard ? 0.20 : 0.10;
        Resolvers = [.. Networks.Where(_ => dice.Unit() < noSubnetShare).Select((network, index) => MakePrefix(0x3C000000u + ((uint)index << 8), network, -1, ref dice))];
        var resolverOf = Resolvers.Index().ToDictionary(resolver => resolver.Item.Network.Index, resolver => resolver.Index);
        Prefix[] raw = [.. Enumerable.Range(0, prefixes).Select(index => MakeOne(index, prefixes, resolverOf, ref dice))];
        double all = raw.Sum(prefix => prefix.Weight);
        Prefixes = [.. raw.Select(prefix => prefix with { Weight = prefix.Weight / all })];
    }

    public string[] Labels { get; }

    public City[] Regions { get; }

    public Network[] Networks { get; }

    /// <summary>Without Client Subnet: one for each network that has one, for all its clients.</summary>
    public Prefix[] Resolvers { get; }

    public Prefix[] Prefixes { get; }

    public void Happens(PathEvent pathEvent) => _events.Add(pathEvent);

    /// <summary>The true round trip at a moment, noise left out.</summary>
    public double Truth(Prefix prefix, int region, TimeSpan now)
    {
        double ms = prefix.Rtt[region];
        foreach (PathEvent path in _events)
            ms += path.Network == prefix.Network.Index && path.Region == region && now >= path.From && now < path.To ? path.ExtraMs : 0;
        return ms;
    }

    /// <summary>What a measurement shows: jitter, and one in eight waits in some queue.</summary>
    /// <param name="draw">The same for equal numbers.</param>
    public double Measure(Prefix prefix, int region, TimeSpan now, ulong draw)
    {
        var dice = new Dice(_seed, prefix.Client.Upper, (ulong)region, draw);
        double jitter = Math.Abs(dice.Normal()) * (0.5 + (0.01 * prefix.Rtt[region]));
        double queue = dice.Unit() < 0.12 ? dice.Exponential(90) : 0;
        return Truth(prefix, region, now) + jitter + queue;
    }

    private Network MakeNetwork(int index, ref Dice dice)
    {
        City home = PickCity(City.All, ref dice);
        City[] near = [.. City.All.Where(city => city.Country == home.Country)];
        City[] cities = [home, .. Enumerable.Range(0, dice.Below(3)).Select(_ => near[0])];
        for (int i = 1; i < cities.Length; i++)
            cities[i] = PickCity(near, ref dice);
        double access = dice.LogNormal(7, 0.5);
        double[] inflation = new double[Regions.Length];
        foreach (ref double one in inflation.AsSpan())
            one = Math.Max(1.05, dice.LogNormal(1.75, 0.16));
        return new Network(index, 64512 + (uint)index, cities, access, inflation);
    }

    /// <summary>Prefixes of one network stand in a row, as registries hand them out.</summary>
    private Prefix MakeOne(int index, int prefixes, Dictionary<int, int> resolverOf, ref Dice dice)
    {
        Network network = Networks[(int)((long)index * Networks.Length / prefixes)];
        return MakePrefix(0x10000000u + ((uint)index << 8), network, resolverOf.GetValueOrDefault(network.Index, -1), ref dice);
    }

    private Prefix MakePrefix(uint address, Network network, int resolver, ref Dice dice)
    {
        City city = network.Cities[dice.Below(network.Cities.Length)];
        City recorded = city;
        // One geo record in ten is wrong: mostly another city of the continent, sometimes the other end of the world.
        if (dice.Unit() < 0.10)
            recorded = PickCity(dice.Unit() < 0.9 ? [.. City.All.Where(other => other.Continent == city.Continent)] : City.All, ref dice);
        double lastMile = dice.Unit() * 6;
        double[] rtt = new double[Regions.Length];
        for (int region = 0; region < rtt.Length; region++)
            rtt[region] = 1 + network.AccessMs + lastMile + (0.01 * city.KilometresTo(Regions[region]) * network.Inflation[region] * dice.LogNormal(1, 0.02));
        var client = Client.From(new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), 0]), ClientSource.Subnet) with { PrefixLength = 24 };
        return new Prefix(client, network, city, recorded, rtt, dice.LogNormal(1, 0.5) * city.Weight, resolver);
    }

    private static City PickCity(City[] from, ref Dice dice)
    {
        double left = dice.Unit() * from.Sum(city => city.Weight);
        foreach (City city in from)
        {
            left -= city.Weight;
            if (left <= 0)
                return city;
        }

        return from[^1];
    }
}

/// <summary>For a time, all clients of a network are farther from a region: a step when it does not end, else a blip.</summary>
internal sealed record PathEvent(int Network, int Region, double ExtraMs, TimeSpan From, TimeSpan To);

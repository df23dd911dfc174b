using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What follows from topology, geography and measured round trips alone: place tables and the order of targets in each place class. Rebuilt when zones, geodata or the latency map change.</summary>
public sealed class SteeringPlan
{
    private SteeringPlan(Topology topology, GeoTable geo, LatencyMap latency, LatencyExploration exploration, NamePlan[] names, ImmutableArray<int> nestedFirst)
    {
        Topology = topology;
        Geo = geo;
        Latency = latency;
        Exploration = exploration;
        Names = names;
        NestedFirst = nestedFirst;
        UsualPlaces = names.Select(name => name.Name.UseSubnet ? name.DecidedBy?.Places : null).OfType<PlaceTable>().GroupBy(places => places).MaxBy(group => group.Count())?.Key;
    }

    public Topology Topology { get; }

    public GeoTable Geo { get; }

    /// <summary><see cref="LatencyMap.Empty"/> while nothing is measured.</summary>
    public LatencyMap Latency { get; }

    /// <summary><see cref="LatencyExploration.None"/> unless regions are tried by answers.</summary>
    public LatencyExploration Exploration { get; }

    /// <summary>As <see cref="Topology.Names"/>.</summary>
    internal NamePlan[] Names { get; }

    /// <summary>Where most names look for a client's subnet; null where none does.</summary>
    public PlaceTable? UsualPlaces { get; }

    /// <summary>Indices of the names, each after all that it may lead to.</summary>
    internal ImmutableArray<int> NestedFirst { get; }

    /// <param name="latency">Null for nothing measured.</param>
    /// <param name="exploration">Of this map; null for none.</param>
    public static SteeringPlan Compile(Topology topology, GeoTable geo, LatencyMap? latency = null, LatencyExploration? exploration = null)
    {
        latency ??= LatencyMap.Empty;
        exploration ??= LatencyExploration.None;
        LatencyLayers? layers = latency.IsEmpty ? null : new LatencyLayers(latency, exploration);
        var names = new NamePlan?[topology.Names.Length];
        var rankings = new Dictionary<string, RankingTable>();
        var models = new Dictionary<string, NamePlan>();
        ImmutableArray<int> nestedFirst = SteeringOrder.Sort(topology.Names);
        ImmutableArray<int>[] below = SteeringOrder.RegionsBelow(topology.Names, nestedFirst);
        foreach (int index in nestedFirst)
        {
            SteeredName name = topology.Names[index];
            var rules = new RankingRules(name, [.. name.Targets.Select(RegionsOf)], layers, topology.Regions);
            if (!rankings.TryGetValue(rules.Key, out RankingTable? ranking))
                rankings.Add(rules.Key, ranking = RankingTable.Compile(rules, geo, layers));
            string key = NameRules.KeyOf(name, rules);
            if (models.TryGetValue(key, out NamePlan? model))
                names[index] = model.For(topology, index);
            else
                models.Add(key, names[index] = NamePlan.Compile(topology, index, ranking, names, below));
        }

        return new SteeringPlan(topology, geo, latency, exploration, [.. names.OfType<NamePlan>()], nestedFirst);

        ImmutableArray<Region> RegionsOf(Target target)
            => target.IsName ? [.. below[target.Index].Select(region => topology.Regions[region])] : [topology.Regions[target.Index]];
    }
}

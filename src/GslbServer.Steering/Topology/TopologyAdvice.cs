using System.Globalization;

namespace GslbServer.Steering;

/// <summary>What a topology says that is allowed and hardly meant.</summary>
public static class TopologyAdvice
{
    /// <summary>Above it failover takes longer than people wait; below the other, resolvers that keep answers no less anyway ask more often for nothing.</summary>
    private const uint LongTtl = 300, ShortTtl = 5;

    /// <returns>By the steered name that it is about.</returns>
    public static IEnumerable<(string Owner, string Advice)> Of(Topology topology) => topology.Names.SelectMany(name => Of(name, topology), (name, advice) => (name.Owner, $"{name.Owner} {advice}"));

    private static IEnumerable<string> Of(SteeredName name, Topology topology)
    {
        if (name.Checks.Length == 0 && name.Targets.Any(target => !target.IsName)) yield return "has no check=: its targets count as up whatever happens";
        if (name.Targets.Length == 1) yield return "has one target: there is nothing to fail over to";
        if (name.Ttl > LongTtl) yield return string.Create(CultureInfo.InvariantCulture, $"has a TTL of {name.Ttl} s: clients keep a dead address for so long; 20 to 60 s are usual");
        if (name.Ttl < ShortTtl) yield return string.Create(CultureInfo.InvariantCulture, $"has a TTL of {name.Ttl} s: many resolvers keep answers longer anyway, and all ask more often");
        if (name.Policy is PolicyKind.Load && name.Targets.Any(target => !target.IsName && topology.Regions[target.Index].Capacity is null))
            yield return "goes by load, and a region of it has no capacity=: it sheds nothing unless its balancers report theirs";
        if (name.Policy is PolicyKind.Geo or PolicyKind.Latency or PolicyKind.Load && name.Targets.Where(target => !target.IsName).GroupBy(target => (topology.Regions[target.Index].Latitude, topology.Regions[target.Index].Longitude)).Any(place => place.Count() > 1))
            yield return "goes by distance, and two of its regions are at one place: the first written gets all";
    }
}

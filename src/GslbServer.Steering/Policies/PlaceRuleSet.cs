using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>The rules of one key (<c>map</c>, <c>only</c> or <c>except</c>), indexed: which of them hold at a place. The most specific first: longest network, AS number,
/// subdivision, country, EEA, continent, anywhere.</summary>
internal sealed class PlaceRuleSet
{
    private readonly ImmutableArray<PlaceRule> _rules;
    private readonly int[][] _byNetwork;
    private readonly Dictionary<uint, int> _byAsn = [];
    private readonly Dictionary<string, int> _bySubdivision = [];
    private readonly Dictionary<string, int> _byCountry = [];
    private readonly Dictionary<string, int> _byContinent = [];
    private readonly int _eea = -1;
    private readonly int _anywhere = -1;

    /// <param name="networks">Networks of all keys together: what a caller's network index counts in.</param>
    public PlaceRuleSet(ImmutableArray<PlaceRule> rules, IReadOnlyList<IPNetwork> networks)
    {
        _rules = rules;
        for (int i = 0; i < rules.Length; i++)
        {
            switch (rules[i].Kind)
            {
                case PlaceKind.Asn:
                    _byAsn.Add(rules[i].Asn, i);
                    break;
                case PlaceKind.Subdivision:
                    _bySubdivision.Add(rules[i].Code, i);
                    break;
                case PlaceKind.Country:
                    _byCountry.Add(rules[i].Code, i);
                    break;
                case PlaceKind.EuropeanEconomicArea:
                    _eea = i;
                    break;
                case PlaceKind.Continent:
                    _byContinent.Add(rules[i].Code, i);
                    break;
                case PlaceKind.Anywhere:
                    _anywhere = i;
                    break;
            }
        }

        _byNetwork = [.. networks.Select(RulesAround)];
    }

    /// <summary>The most specific rule that holds; null when none does.</summary>
    /// <param name="network">Index of the longest network around the client, or -1.</param>
    public PlaceRule? Best(Location location, uint asn, int network)
    {
        int best = BestIndex(location, asn, network);
        return best < 0 ? null : _rules[best];
    }

    /// <summary>The targets of all rules that hold.</summary>
    public ulong AllTargets(Location location, uint asn, int network)
    {
        if (_rules.Length == 0)
            return 0;
        ulong all = 0;
        foreach (int rule in network >= 0 ? _byNetwork[network] : [])
            all |= MaskOf(_rules[rule]);
        Add(_byAsn.GetValueOrDefault(asn, -1));
        foreach (string subdivision in location.Subdivisions)
            Add(_bySubdivision.GetValueOrDefault($"{location.Country}-{subdivision}", -1));
        Add(_byCountry.GetValueOrDefault(location.Country, -1));
        Add(Countries.IsInEea(location.Country) ? _eea : -1);
        Add(_byContinent.GetValueOrDefault(location.Continent, -1));
        Add(_anywhere);
        return all;

        void Add(int rule) => all |= rule < 0 ? 0 : MaskOf(_rules[rule]);
    }

    public static ulong MaskOf(PlaceRule rule)
    {
        ulong mask = 0;
        foreach (int target in rule.Targets)
            mask |= 1UL << target;
        return mask;
    }

    private int BestIndex(Location location, uint asn, int network)
    {
        if (_rules.Length == 0)
            return -1;
        if (network >= 0 && _byNetwork[network] is [int longest, ..])
            return longest;
        if (asn != 0 && _byAsn.TryGetValue(asn, out int rule))
            return rule;
        if (_bySubdivision.Count > 0)
        {
            // The smallest subdivision is the most specific; databases list the largest first.
            for (int i = location.Subdivisions.Count - 1; i >= 0; i--)
            {
                if (_bySubdivision.TryGetValue($"{location.Country}-{location.Subdivisions[i]}", out rule))
                    return rule;
            }
        }

        if (_byCountry.TryGetValue(location.Country, out rule))
            return rule;
        if (_eea >= 0 && Countries.IsInEea(location.Country))
            return _eea;
        return _byContinent.TryGetValue(location.Continent, out rule) ? rule : _anywhere;
    }

    /// <summary>Rules whose network contains this one, the longest first.</summary>
    private int[] RulesAround(IPNetwork network)
        => [.. Enumerable.Range(0, _rules.Length)
            .Where(i => _rules[i].Kind == PlaceKind.Network && _rules[i].Network.PrefixLength <= network.PrefixLength && _rules[i].Network.Contains(network.BaseAddress))
            .OrderByDescending(i => _rules[i].Network.PrefixLength)];
}

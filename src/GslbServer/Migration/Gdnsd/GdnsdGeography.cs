namespace GslbServer;

/// <summary>A resource of the geoip plugin: the lists of its map as <c>map</c> rules, and as fences where a list names only some of the datacenters.</summary>
internal sealed class GdnsdGeography(string label, GdnsdMap map, ZoneDraft draft)
{
    private static readonly string[] Continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"], AllDown = ["all-down=all"];

    private static readonly (string Type, Func<Choice, bool> Has)[] Families = [("A", choice => choice.HasIPv4), ("AAAA", choice => choice.HasIPv6)];

    /// <param name="datacenters">In the order of the map.</param>
    /// <param name="usesSubnet">Client Subnet is looked at.</param>
    public Steer Steer(List<(string Name, Choice Choice)> datacenters, GdnsdScope resource, bool usesSubnet)
    {
        (IReadOnlyList<SteerTarget> flat, IReadOnlyList<HealthCheck> checks) = GdnsdFailover.Flatten(datacenters);
        List<SteerTarget> targets = [.. flat];
        string[] names = [.. datacenters.Select(one => one.Name)];
        int[] near = [.. Enumerable.Range(0, names.Length).Where(i => map.Coordinates.ContainsKey(names[i]))];
        bool isAuto = map.Lists["*"] is null;
        bool skipsFirst = resource.Flag("skip_first");
        if (skipsFirst && map.Coordinates.Count > 0) draft.Note($"geoip!{label}", "skip_first is not carried over where distance decides", null,
            resource["skip_first"]!.At);

        Dictionary<string, IReadOnlyList<string>?> places = map.Lists.Where(one => !(isAuto && one.Value is null && Continents.Contains(one.Key))).ToDictionary();
        int byDistance = -1;
        if (places.Any(one => one.Value is null && one.Key != "*"))
        {
            // Distance decides in some places only: a name of its own for them.
            byDistance = targets.Count;
            targets.Add(new SteerTarget(new Steer($"{label}-auto", "geo", [.. near.Select(i => flat[i])]) { Checks = checks, Keys = AllDown }));
        }

        List<(string Place, int[] Order)> lists = [];
        foreach ((string place, IReadOnlyList<string>? list) in places)
        {
            int[] order = list is not null ? [.. list.Select(name => Array.IndexOf(names, name)).Where(i => i >= 0).Distinct()] : place == "*" ? near : [byDistance];
            if (skipsFirst && list is not null && order.Length > 1) order = order[1..];
            if (order.Length > 0) lists.Add((place, order));
        }

        List<SteerRule> rules = [.. lists.Where(one => !(isAuto && one.Place == "*")).Select(one => new SteerRule("map", one.Place, one.Order))];
        // The most specific fence counts: within the place of one, a list of all needs its own. Around continents there is only everywhere.
        bool IsAll(string place, int[] order) => order.Length == targets.Count && (place == "*" || Continents.Contains(place));
        bool isFencedEverywhere = lists.Any(one => one.Place == "*" && one.Order.Length < targets.Count);
        if (lists.Any(one => one.Order.Length < targets.Count))
            rules.AddRange(lists.Where(one => (isFencedEverywhere || !IsAll(one.Place, one.Order)) && HasFamilies(one.Place, one.Order, targets))
                .Select(one => new SteerRule("only", one.Place, one.Order)));
        return new Steer(label, "geo", targets)
        {
            Rules = rules,
            Checks = checks,
            Keys = map.IgnoresSubnet || !usesSubnet ? ["ecs=ignore", .. AllDown] : AllDown,
        };
    }

    /// <summary>Which families exist must not depend on the client, so a fence needs a target of each.</summary>
    private bool HasFamilies(string place, int[] order, IReadOnlyList<SteerTarget> targets)
    {
        string[] missing = [.. Families.Where(family => targets.Any(target => family.Has(target.Choice)) && !order.Any(i => family.Has(targets[i].Choice)))
            .Select(family => family.Type)];
        if (missing.Length == 0) return true;
        draft.Note($"geoip!{label}, {place}", $"its datacenters have no {string.Join(" and no ", missing)} while others have: clients there get the others when none of their list is up", "give them one");
        return false;
    }
}

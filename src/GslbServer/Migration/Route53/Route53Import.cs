namespace GslbServer;

/// <summary>A hosted zone of Route 53 in our language: routing policies become STEER, each of their sets a REGION.</summary>
internal sealed class Route53Import
{
    private readonly string _zone;
    private readonly IReadOnlyList<Route53Set> _sets;
    private readonly IReadOnlyDictionary<string, Route53HealthCheck> _checks;
    private readonly ZoneDraft _draft;

    private Route53Import(string zone, IReadOnlyList<Route53Set> sets, IReadOnlyDictionary<string, Route53HealthCheck> checks, Func<Endpoints, string?> places) =>
        (_zone, _sets, _checks, _draft) = (zone, sets, checks, new ZoneDraft(zone, "Route 53", places));

    /// <param name="checks">As <c>aws route53 list-health-checks</c> prints them, by id; empty without.</param>
    /// <exception cref="InputException">There is no SOA: it is no whole zone.</exception>
    public static ImportedZone Convert(string file, IReadOnlyList<Route53Set> sets, IReadOnlyDictionary<string, Route53HealthCheck> checks, Func<Endpoints, string?> places)
    {
        string zone = sets.FirstOrDefault(set => set.Type == "SOA")?.Name ?? throw new InputException($"{file}: no SOA; expected all record sets of one hosted zone");
        return new Route53Import(zone, sets, checks, places).Run();
    }

    private ImportedZone Run()
    {
        foreach (Route53Set set in _sets) _draft.Take(set.Name);
        foreach (Route53Set set in _sets.Where(set => set.Identifier is null).OrderBy(set => set.Type != "SOA").ThenBy(set => set.Name != _zone)) Plain(set);
        foreach (IGrouping<string, Route53Set> name in _sets.Where(set => set.Identifier is not null).GroupBy(set => set.Name)) Steered(name.Key, [.. name]);
        if (_sets.Any(set => set.Type == "NS" && set.Name == _zone && set.Values.Any(value => value.Contains("awsdns", StringComparison.OrdinalIgnoreCase))))
            _draft.Note($"{_zone} NS", "names the servers of Route 53", "write your nodes there, and their addresses");
        return _draft.Finish();
    }

    private void Plain(Route53Set set)
    {
        if (set.Alias is not { } alias)
        {
            foreach (string value in set.Values) _draft.Record(set.Name, set.Ttl, set.Type, value);
        }
        else if (set.Name == _zone)
        {
            _draft.Note($"{set.Name} {set.Type}",
                $"an alias at the apex to {alias}", "a zone file has no such record: write its addresses, or steer the apex to a REGION with addresses");
        }
        else if (set.Type == "A" || !_sets.Any(other => other.Name == set.Name && other.Type == "A"))
        {
            // What Route 53 answers for an alias has a TTL of 60 s.
            _draft.Record(set.Name, ZoneDraft.DefaultTtl, "CNAME", _draft.Relative(alias));
        }
    }

    private void Steered(string name, Route53Set[] sets)
    {
        Route53Set[] known = [.. sets.Where(set => set.Type is "A" or "AAAA" or "CNAME" && !set.HasOtherRouting)];
        foreach (Route53Set other in sets.Except(known))
            _draft.Note($"{name} {other.Type} \"{other.Identifier}\"", other.HasOtherRouting ? "IP-based and geoproximity routing is not carried over"
                : $"a routing policy for {other.Type} is not carried over");
        if (known.Length == 0) return;
        if (known.Select(Policy).Distinct().Count() > 1) _draft.Note(name, "A and AAAA have different routing policies", $"that of {known[0].Type} is taken for both");

        string policy = Policy(known[0]);
        IGrouping<string, Route53Set>[] variants = [.. known.GroupBy(set => set.Identifier!).OrderBy(variant => variant.First().Failover == "SECONDARY")];
        var steer = new Steer(name, policy, [.. variants
            .Select(variant => new SteerTarget(Target(variant.Key, [.. variant]), policy == "weighted" ? variant.First().Weight ?? 1 : null))])
        {
            Rules = policy != "geo" ? [] : [.. variants.Index().Where(variant => variant.Item.First().Place is not null)
                .Select(variant => new SteerRule("map", variant.Item.First().Place!, [variant.Index]))],
            Checks = Checks(name, known),
        };
        _draft.Comment($"{_draft.Relative(name)}: {policy}, from Route 53");
        uint ttl = known.Select(set => set.Ttl).FirstOrDefault(ttl => ttl is not null) ?? ZoneDraft.DefaultTtl;
        string words = _draft.Words(steer, ZoneDraft.LabelOf(_draft.Relative(name)), ttl);
        _draft.Settle();
        _draft.Record(name, ttl, "STEER", words);
        if (policy == "geo" && !variants.Any(variant => variant.First().Place == "*"))
            _draft.Note(name, "no default location", "Route 53 answers nothing to clients from elsewhere, here they get the nearest region");
    }

    private static string Policy(Route53Set set) => set switch
    {
        { Failover: not null } => "failover",
        { Region: not null } => "latency",
        { Place: not null } => "geo",
        { IsMultiValue: true } => "multivalue",
        _ => "weighted",
    };

    /// <summary>A steered name of the zone that an alias leads to, or what the set answers.</summary>
    private Choice Target(string identifier, Route53Set[] sets)
    {
        string? alias = sets.Select(set => set.Alias).FirstOrDefault(target => target is not null);
        if (alias is not null && _sets.Any(set => set.Name == alias && set.Identifier is not null)) return new Existing(alias);
        string? cname = alias ?? sets.FirstOrDefault(set => set.Type == "CNAME")?.Values[0];
        string? place = sets.Select(set => set.Region).Where(region => region is not null).Select(region => AwsRegions.Find(region!)).FirstOrDefault();
        return new Endpoints(identifier, cname is not null ? [("CNAME", cname.TrimEnd('.').ToLowerInvariant() + ".")]
            : [.. sets.SelectMany(set => set.Values.Select(value => (set.Type, value)))], place);
    }

    private HealthCheck[] Checks(string name, Route53Set[] sets)
    {
        string[] ids = [.. sets.Select(set => set.HealthCheck).OfType<string>().Distinct()];
        if (ids.Length == 0)
        {
            _draft.Note(name, "has no health check, so its targets count as up whatever happens", "give it a CHECK");
            return [];
        }

        Route53HealthCheck[] known = [.. ids.Where(_checks.ContainsKey).Select(id => _checks[id])];
        foreach (string id in ids.Where(id => !_checks.ContainsKey(id)))
            _draft.Note(name, $"health check {id} is not in the list", "give --health-checks with what `aws route53 list-health-checks` prints");
        HealthCheck[] checks = [.. known.Where(one => one.Words is not null).Select(one =>
            new HealthCheck($"check-{one.Id[..Math.Min(8, one.Id.Length)]}", one.Words!)).DistinctBy(check => check.Words)];
        foreach (Route53HealthCheck other in known.Where(one => one.Words is null)) _draft.Note(name, $"health check {other.Id} of type {other.Type} is not carried over");
        if (checks.Length > 1) _draft.Note(name, "its sets have different health checks", $"all its targets get the first, {checks[0].Words}");
        return [.. checks.Take(1)];
    }
}

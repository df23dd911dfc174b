namespace GslbServer;

/// <summary>Sets without a routing policy: records as they are, and aliases as what they lead to.</summary>
internal sealed class Route53Plain(Route53Records records, Route53Steering steering, ZoneDraft draft)
{
    /// <summary>Records of a name, its aliases last.</summary>
    public void Write(string name, Route53Set[] sets)
    {
        foreach (Route53Set set in sets.Where(set => set.Alias is null))
        {
            if (set.HealthCheck is not null) draft.Note(set.Subject, $"health check {set.HealthCheck} of a set without a routing policy is not carried over", "steer the name, with a CHECK");
            foreach (string data in records.DataOf(set)) draft.Record(name, set.Ttl, set.Type, data);
        }

        (Route53Set Set, Route53AliasEnd End)[] aliases = [.. sets.Where(set => set.Alias is not null).Select(set => (set, records.Follow(set.Alias!, set.Type)))];
        foreach ((Route53Set set, Route53AliasEnd end) in aliases.Where(alias => alias.End.Kind == Route53AliasKind.Records)) Copy(name, set, end);
        foreach ((Route53Set set, Route53AliasEnd end) in aliases.Where(alias => alias.End.Kind == Route53AliasKind.Nothing))
            draft.Note(set.Subject, $"an alias to {end.Name}, which has no {set.Type}: neither has it, as in Route 53");
        Steered(name, [.. aliases.Where(alias => alias.End.Kind == Route53AliasKind.Steered)]);
        Elsewhere(name, [.. aliases.Where(alias => alias.End.Kind == Route53AliasKind.Elsewhere)]);
    }

    private void Copy(string name, Route53Set set, Route53AliasEnd end)
    {
        draft.Note(set.Subject, $"an alias to {end.Name}, whose {set.Type} records are copied", "change both together from now on");
        foreach (string data in records.DataOf(end.Set!)) draft.Record(name, end.Set!.Ttl, set.Type, data);
    }

    /// <summary>A STEER to the name, and so what that name is steered by.</summary>
    private void Steered(string name, (Route53Set Set, Route53AliasEnd End)[] aliases)
    {
        string? target = null;
        foreach ((Route53Set set, Route53AliasEnd end) in aliases)
        {
            Endpoints[] regions = [.. steering.Regions(steering.Of(end.Name))];
            string? problem = regions.Length == 0 ? "which is not carried over"
                : target is not null && target != end.Name ? $"beside one to {target}, and a name has one STEER"
                : records.At(name).Any(other => other.IsAddress && other != set && aliases.All(alias => alias.Set != other)) ? "beside addresses of the name, which a STEER would take the place of"
                : regions.Any(region => region.Records.Any(record => record.Type == "CNAME")) ? NoCname(name) : null;
            if (problem is not null) draft.Note(set.Subject, $"an alias to {end.Name}, {problem}, so it is not carried over", "steer the name by hand");
            target ??= problem is null ? end.Name : null;
        }

        if (target is null) return;
        foreach (string type in ((string[])["A", "AAAA"]).Where(type => aliases.All(alias => alias.Set.Type != type)
            && steering.Regions(steering.Of(target)).Any(region => region.Records.Any(record => record.Type == type))))
            draft.Note($"{name} {type}", $"is not in Route 53, where an alias has one type; here the name has what {target} has");
        uint ttl = steering.TtlOf(target);
        draft.Record(name, ttl, "STEER", draft.Words(new Steer(name, "failover", [new SteerTarget(new Existing(target))]), ZoneDraft.LabelOf(draft.Relative(name)), ttl));
    }

    /// <summary>A CNAME where nothing else stands at the name: aliases of two types are one.</summary>
    private void Elsewhere(string name, (Route53Set Set, Route53AliasEnd End)[] aliases)
    {
        if (aliases.Length == 0) return;
        string first = aliases[0].End.Name;
        foreach ((Route53Set set, Route53AliasEnd end) in aliases)
        {
            if (name == draft.Zone) draft.Note(set.Subject, $"an alias at the apex to {end.Name}", "a zone file has no such record: write its addresses, or steer the apex to a REGION with addresses");
            else if (records.At(name).Any(other => aliases.All(alias => alias.Set != other)))
                draft.Note(set.Subject, $"an alias to {end.Name} beside other records of the name, where no CNAME can stand, so it is not carried over", "write its addresses");
            else if (end.Name != first) draft.Note(set.Subject, $"an alias to {end.Name} beside one to {first}, and a name has one CNAME, so it is not carried over", "write the addresses of both");
        }

        // What Route 53 answers for an alias has a TTL of 60 s.
        if (name != draft.Zone && records.At(name).All(other => aliases.Any(alias => alias.Set == other))) draft.Record(name, ZoneDraft.DefaultTtl, "CNAME", draft.Relative(first));
    }

    private string? NoCname(string name) => name == draft.Zone ? "which answers with a CNAME, at the apex, where none can stand"
        : records.At(name).Any(set => set.Alias is null || !set.IsAddress) ? "which answers with a CNAME, beside other records of the name, where none can stand" : null;
}

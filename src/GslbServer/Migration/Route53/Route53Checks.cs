namespace GslbServer;

/// <summary>Health checks of Route 53 as CHECK: each of its sets has its own or none, a STEER has one for all of its regions. So sets of one name that differ become
/// names of their own.</summary>
/// <param name="checks">By id.</param>
internal sealed class Route53Checks(IReadOnlyDictionary<string, Route53HealthCheck> checks, Route53Records records, ZoneDraft draft)
{
    private const int IdLength = 8;

    /// <param name="variants">The sets of each target, in the same order.</param>
    public Steer Checked(string name, Steer steer, IReadOnlyList<Route53Set[]> variants)
    {
        HealthCheck?[] found = [.. steer.Targets.Select((target, i) => Of(name, target.Choice, variants[i]))];
        if (variants.All(sets => sets.All(set => set.HealthCheck is null)) && steer.Targets.Any(target => target.Choice is Endpoints))
            draft.Note(name, "has no health check, so its targets count as up whatever happens", "give it a CHECK");
        // Targets that are names go by their own.
        HealthCheck?[] regions = [.. found.Where((_, i) => steer.Targets[i].Choice is Endpoints)];
        if (regions.OfType<HealthCheck>().FirstOrDefault() is not { } first) return steer;
        if (regions.All(check => check?.Words == first.Words)) return steer with { Checks = [Merged(first, regions)] };
        return steer with { Targets = [.. steer.Targets.Select((target, i) => found[i] is { } check ? Checked(target, check) : target)] };
    }

    private static HealthCheck Merged(HealthCheck first, HealthCheck?[] all) => first with { Probes = [.. all.SelectMany(check => check!.Probes).Distinct()] };

    /// <summary>A target as a name of its own, with its check.</summary>
    private static SteerTarget Checked(SteerTarget target, HealthCheck check)
    {
        var inner = new Steer($"{target.Choice.Label}-checked", "failover", [new SteerTarget(target.Choice)]);
        return target with { Choice = inner with { Checks = [check] } };
    }

    /// <returns>Null where the target counts as up whatever happens.</returns>
    private HealthCheck? Of(string name, Choice target, Route53Set[] sets)
    {
        string?[] ids = [.. sets.Select(set => set.HealthCheck).Distinct()];
        string? id = ids.FirstOrDefault(one => one is not null);
        if (id is null) return null;
        string subject = $"{name} \"{sets[0].Identifier}\"";
        if (ids.Length > 1) draft.Note(subject, $"its sets have different health checks, or some have none; {id} is taken for all of them");
        if (!checks.TryGetValue(id, out Route53HealthCheck? check))
        {
            draft.Note(name, $"health check {id} is not in the list", "give --health-checks with what `aws route53 list-health-checks` prints");
            return null;
        }

        if (Problem(check) is { } problem)
        {
            draft.Note(name, problem.What, problem.Instead);
            return null;
        }

        if (target is not Endpoints endpoints)
        {
            draft.Note(subject, $"health check {id} on an alias to {target.Label} is not carried over: the name goes by the health of its own targets");
            return null;
        }

        if (check.VerifiesHere) draft.Note(name, $"health check {id}: Route 53 does not verify certificates; the CHECK does", "write verify=no for endpoints without a certificate of that name");
        return new HealthCheck($"check-{id[..Math.Min(IdLength, id.Length)]}", check.Words!) { Probes = [.. Probes(name, endpoints, check).Select(address => (endpoints, address))] };
    }

    /// <summary>Why there is no CHECK like it; null where there is one.</summary>
    private static (string What, string Instead)? Problem(Route53HealthCheck check) => check switch
    {
        { IsDisabled: true, IsInverted: true } => ($"health check {check.Id} is disabled and inverted, so Route 53 counts what has it as down; here it counts as up", "gslb drain, when you switch"),
        { IsDisabled: true } => ($"health check {check.Id} is disabled (Disabled), so what has it gets no CHECK: it counts as up, as in Route 53", "give it a CHECK when it is to be checked again"),
        { Words: null } => ($"health check {check.Id} of type {check.Type} is not carried over, so what has it counts as up", "write a CHECK for it, of kind exec where no other does"),
        { IsInverted: true } => ($"health check {check.Id} is inverted (Inverted), and no CHECK passes while its probe fails: it is not carried over, so what has it counts as up", "write a CHECK of kind exec that fails when it should"),
        _ => null,
    };

    /// <summary>Addresses that Route 53 asks instead of those of the record.</summary>
    private IReadOnlyList<string> Probes(string name, Endpoints endpoints, Route53HealthCheck check)
    {
        if (check.Address is { } address) return endpoints.Records.All(record => record.Data == address.ToString()) ? [] : [address.ToString()];
        if (check.Host is not { } host || host == name || endpoints.Records.Any(record => record.Type == "CNAME" && record.Data == host)) return [];
        // It asks IPv4 alone of a name.
        if (records.Follow(host, "A") is { Kind: Route53AliasKind.Records, Set: { } set })
        {
            IReadOnlyList<string> asked = records.DataOf(set);
            return endpoints.Records.Where(record => record.Type == "A").Select(record => record.Data).Order().SequenceEqual(asked.Order()) ? [] : asked;
        }

        draft.Note(name, $"health check {check.Id} asks {host}, whatever address that has; here the addresses of {endpoints.Label} are asked{(check.Type == "TCP" ? "" : ", with that host=")}",
            "write address=REGION:ADDRESS into the CHECK where they are others");
        return [];
    }
}

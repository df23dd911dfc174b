using GslbServer.Steering;

namespace GslbServer;

/// <summary>Sets with a routing policy as STEER: each set a REGION, or a name of the zone that an alias leads to.</summary>
/// <param name="isApex">Of a name: whether it is the zone's own.</param>
internal sealed class Route53Steering(Route53Records records, Route53Checks checks, ZoneDraft draft, Func<string, bool> isApex)
{
    /// <summary>Targets of a STEER.</summary>
    private const int MostTargets = 64;

    private readonly Dictionary<string, Steer?> _known = [];

    /// <summary>What a name is steered by; null for one without a routing policy, or with one that could not be carried, of which notes tell.</summary>
    public Steer? Of(string name)
    {
        if (_known.TryGetValue(name, out Steer? known)) return known;
        // A name that leads back to itself finds nothing there.
        _known[name] = null;
        return _known[name] = Make(name);
    }

    public uint TtlOf(string name) => records.At(name).Where(IsSteered).Select(set => set.Ttl).FirstOrDefault(ttl => ttl is not null) ?? ZoneDraft.DefaultTtl;

    /// <summary>All regions that a choice may answer with, through names of the zone.</summary>
    public IEnumerable<Endpoints> Regions(Choice? choice) => choice switch
    {
        Endpoints endpoints => [endpoints],
        Existing existing => Regions(Of(existing.Name)),
        Steer steer => steer.Targets.SelectMany(target => Regions(target.Choice)),
        _ => [],
    };

    /// <summary>A CNAME stands alone, and never at the apex (RFC 1034 section 3.6.2).</summary>
    /// <returns>Null where the name may answer with one; otherwise what forbids it.</returns>
    public string? NoCname(string name) => isApex(name) ? "at the apex, where no CNAME can stand"
        : records.At(name).Any(set => set.Identifier is null) ? "beside other records of the name, where no CNAME can stand" : null;

    private static bool IsSteered(Route53Set set) => set.Identifier is not null && set.IsAddress && !set.HasOtherRouting;

    private Steer? Make(string name)
    {
        Route53Set[] sets = [.. records.At(name).Where(set => set.Identifier is not null)];
        foreach (Route53Set other in sets.Where(set => !IsSteered(set)))
            draft.Note(other.Subject, other.HasOtherRouting ? "IP-based and geoproximity routing is not carried over" : $"a routing policy for {other.Type} is not carried over");
        Route53Set[] known = [.. sets.Where(set => IsSteered(set) && IsPlaced(set))];
        if (known.Length == 0) return null;
        string policy = PolicyOf(known[0]);
        if (known.Any(set => PolicyOf(set) != policy)) draft.Note(name, "A and AAAA have different routing policies", $"that of {known[0].Type} is taken for both");

        List<(SteerTarget Target, Route53Set[] Sets)> targets = [];
        foreach (IGrouping<string, Route53Set> variant in known.GroupBy(set => set.Identifier!).OrderBy(variant => variant.First().Failover == "SECONDARY"))
            if (Target(name, [.. variant]) is { } choice) targets.Add((new SteerTarget(choice, policy == "weighted" ? variant.First().Weight ?? 1 : null), [.. variant]));
        if (targets.Count > MostTargets) draft.Note(name, $"has {targets.Count} sets, and a STEER at most {MostTargets} targets, so it is not carried over", "steer names of a part each, and this one among them");
        if (targets.Count is 0 or > MostTargets) return null;
        Steer steer = checks.Checked(name, new Steer(name, policy, [.. targets.Select(target => target.Target)]), [.. targets.Select(target => target.Sets)]);
        if (policy != "geo") return steer;
        if (!targets.Any(target => target.Sets[0].Place == "*"))
            draft.Note(name, "no default location", "Route 53 answers nothing to clients from elsewhere, here they get the nearest region");
        return steer with { Rules = [.. targets.Index().Where(target => target.Item.Sets[0].Place is not null).Select(target => new SteerRule("map", target.Item.Sets[0].Place!, [target.Index]))] };
    }

    private bool IsPlaced(Route53Set set)
    {
        if (set.Place is null || PlaceText.ProblemOf(set.Place) is not { } problem) return true;
        draft.Note(set.Subject, $"its location is no PLACE, so it is not carried over: {problem}");
        return false;
    }

    private static string PolicyOf(Route53Set set) => set switch
    {
        { Failover: not null } => "failover",
        { Region: not null } => "latency",
        { Place: not null } => "geo",
        { IsMultiValue: true } => "multivalue",
        _ => "weighted",
    };

    /// <summary>What the sets of one identifier answer: addresses, one CNAME, or a steered name of the zone. Null where nothing is left; notes tell why.</summary>
    private Choice? Target(string name, Route53Set[] sets)
    {
        Choice? all = null;
        foreach (Route53Set set in sets)
        {
            if ((set.Alias is null ? Values(set, set.Values.Count) : Alias(set, set.Alias)) is not { } choice) continue;
            if (Regions(choice).Any(IsCname) && NoCname(name) is { } problem)
            {
                draft.Note(set.Subject, $"{(set.Alias is null ? "a CNAME" : $"an alias to {set.Alias}")} {problem}, so it is not carried over", "write its addresses");
                continue;
            }

            if (all is Endpoints here && choice is Endpoints more && !IsCname(here) && !IsCname(more)) all = here with { Records = [.. here.Records, .. more.Records] };
            else if (all is null) all = choice;
            else if (!(all is Endpoints x && choice is Endpoints y ? x.Records.SequenceEqual(y.Records) : all.Equals(choice)))
                draft.Note(set.Subject, $"leads elsewhere than the {sets[0].Type} of the same identifier, and one target cannot do both, so it is not carried over", "steer a name of its own to it");
        }

        return all;
    }

    private Choice? Alias(Route53Set set, string alias)
    {
        Route53AliasEnd end = records.Follow(alias, set.Type);
        switch (end.Kind)
        {
            case Route53AliasKind.Steered when Of(end.Name) is null:
                draft.Note(set.Subject, $"an alias to {end.Name}, which is not carried over or leads back here");
                return null;
            case Route53AliasKind.Steered:
                if (!set.EvaluatesHealth) draft.Note(set.Subject, $"does not evaluate the health of {end.Name}, so Route 53 counts it as up; here it is down while all targets of {end.Name} are");
                return new Existing(end.Name);
            case Route53AliasKind.Records:
                draft.Note(set.Subject, $"an alias to {end.Name}, whose {set.Type} records are copied", "change both together from now on");
                return Values(set, end.Set!.Values.Count, end.Set);
            case Route53AliasKind.Elsewhere:
                if (set is { EvaluatesHealth: true, HealthCheck: null }) draft.Note(set.Subject, $"evaluates the health of {end.Name}, which Route 53 knows and a zone does not", "give it a CHECK");
                return Region(set, [("CNAME", end.Name)]);
            case Route53AliasKind.Nothing:
                draft.Note(set.Subject, $"an alias to {end.Name}, which has no {set.Type}, so it is not carried over");
                return null;
            default:
                return null;
        }
    }

    /// <param name="from">What has the values: the set itself, or what its alias ends at.</param>
    private Endpoints? Values(Route53Set set, int count, Route53Set? from = null)
    {
        (string, string)[] data = [.. records.DataOf(from ?? set).Select(value => (set.Type, set.Type == "CNAME" ? value.ToLowerInvariant() : value))];
        if (count == 0) draft.Note(set.Subject, "has no values, so it is not carried over");
        if (set.Type == "CNAME" && data.Length > 1) draft.Note(set.Subject, $"has {data.Length} values, and a name has one CNAME", "the first is taken");
        return data.Length == 0 ? null : Region(set, set.Type == "CNAME" ? data[..1] : data);
    }

    private static Endpoints Region(Route53Set set, IReadOnlyList<(string, string)> data) => new(set.Identifier!, data, set.Region is null ? null : AwsRegions.Find(set.Region));

    private static bool IsCname(Endpoints endpoints) => endpoints.Records.Any(record => record.Type == "CNAME");
}

using GslbServer.Dns;

namespace GslbServer;

/// <summary>A hosted zone of Route 53 in our language: routing policies become STEER, each of their sets a REGION.</summary>
internal static class Route53Import
{
    /// <param name="checks">As <c>aws route53 list-health-checks</c> prints them, by id; empty without.</param>
    /// <exception cref="InputException">There is no SOA: it is no whole zone.</exception>
    public static ImportedZone Convert(string file, Route53Export export, IReadOnlyDictionary<string, Route53HealthCheck> checks, Func<Endpoints, string?> places)
    {
        string zone = export.Sets.FirstOrDefault(set => set.Type == "SOA")?.Name ?? throw new InputException($"{file}: no SOA; expected all record sets of one hosted zone");
        var draft = new ZoneDraft(zone, "Route 53", places);
        if (export.IsTruncated) draft.Note(zone, "the export is not whole (IsTruncated): record sets are missing", "export it again without --max-items and --no-paginate");
        DomainName apex = DomainName.Parse(zone);
        ILookup<bool, Route53Set> sets = export.Sets.ToLookup(set => DomainName.Parse(set.Name).IsAtOrBelow(apex));
        foreach (Route53Set other in sets[false]) draft.Note(other.Subject, $"is no name of {zone}, so it is not carried over");
        foreach (Route53Set set in sets[true]) draft.Take(set.Name);

        var records = new Route53Records([.. sets[true]], draft);
        var steering = new Route53Steering(records, new Route53Checks(checks, records, draft), draft, name => name == zone);
        var plain = new Route53Plain(records, steering, draft);
        foreach (IGrouping<string, Route53Set> name in sets[true].Where(set => set.Identifier is null).OrderBy(set => set.Type != "SOA").ThenBy(set => set.Name != zone).GroupBy(set => set.Name))
            plain.Write(name.Key, [.. name]);
        foreach (string name in sets[true].Where(set => set.Identifier is not null).Select(set => set.Name).Distinct()) Steered(name, steering, draft);
        if (sets[true].Any(set => set.Type == "NS" && set.Name == zone && set.Values.Any(value => value.Contains("awsdns", StringComparison.OrdinalIgnoreCase))))
            draft.Note($"{zone} NS", "names the servers of Route 53", "write your nodes there, and their addresses");
        return draft.Finish();
    }

    private static void Steered(string name, Route53Steering steering, ZoneDraft draft)
    {
        if (steering.Of(name) is not { } steer) return;
        draft.Comment($"{draft.Relative(name)}: {steer.Policy}, from Route 53");
        uint ttl = steering.TtlOf(name);
        string words = draft.Words(steer, ZoneDraft.LabelOf(draft.Relative(name)), ttl);
        draft.Settle();
        draft.Record(name, ttl, "STEER", words);
    }
}

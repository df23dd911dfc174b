namespace GslbServer.Dns;

/// <summary>A member zone of a catalog (RFC 9432 section 4.1).</summary>
/// <param name="Unique">The label under which the catalog lists it: another label means that the zone begins anew (section 5.3).</param>
/// <param name="NewCatalog">The catalog that is to take it over (<c>coo</c>, section 4.4.1); null without.</param>
/// <param name="Groups">What is to be configured alike (section 4.4.2).</param>
public sealed record CatalogMember(DomainName Zone, string Unique, DomainName? NewCatalog, IReadOnlyList<string> Groups);

/// <summary>Reads a catalog zone, version 2 (RFC 9432).</summary>
public static class CatalogZone
{
    /// <summary>Members of one catalog.</summary>
    public const int MaxMembers = 100_000;

    /// <param name="problem">Where the result is null: what makes this no catalog that may be processed (section 5.1).</param>
    public static IReadOnlyList<CatalogMember>? Read(DomainName apex, ZoneRecords records, out string problem)
    {
        problem = "";
        var members = new Dictionary<string, CatalogMember>(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<string, DomainName>(StringComparer.OrdinalIgnoreCase);
        var groups = new List<(string Unique, string Group)>();
        DomainName zones = Below("zones", apex);
        if (Version(apex, records) is { } wrong) problem = wrong;
        foreach (ZoneRecord record in records)
        {
            if (problem.Length > 0) return null;
            if (!record.Owner.IsAtOrBelow(zones)) continue;
            int depth = record.Owner.LabelCount - zones.LabelCount;
            string[] labels = [.. LabelsOf(record.Owner).Take(depth)];
            if (depth == 1 && record.Type == RecordType.PTR)
            {
                if (!members.TryAdd(labels[0], new CatalogMember(DomainName.FromWire(record.Rdata), labels[0], null, [])))
                    problem = $"several PTR at {record.Owner}; expected one (RFC 9432 section 4.1)";
                else if (members.Count > MaxMembers) problem = $"more than {MaxMembers} members";
            }
            else if (depth == 2 && labels[0].Equals("coo", StringComparison.OrdinalIgnoreCase) && record.Type == RecordType.PTR)
            {
                if (!owners.TryAdd(labels[1], DomainName.FromWire(record.Rdata))) problem = $"several PTR at {record.Owner}; expected one (RFC 9432 section 4.4.1)";
            }
            else if (depth == 2 && labels[0].Equals("group", StringComparison.OrdinalIgnoreCase) && record.Type == RecordType.TXT)
            {
                groups.Add((labels[1], string.Concat(CharacterString.Split(record.Rdata))));
            }
        }
        if (problem.Length == 0 && members.Values.GroupBy(m => m.Zone).FirstOrDefault(same => same.Count() > 1) is { } twice)
            problem = $"{twice.Key} is listed {twice.Count()} times; expected each member once (RFC 9432 section 4.1)";
        if (problem.Length > 0) return null;
        ILookup<string, string> groupOf = groups.ToLookup(g => g.Unique, g => g.Group, StringComparer.OrdinalIgnoreCase);
        return [.. members.Values.Select(m => m with { NewCatalog = owners.GetValueOrDefault(m.Unique), Groups = [.. groupOf[m.Unique]] })];
    }

    /// <summary>Section 4.3.1: one TXT with "2".</summary>
    private static string? Version(DomainName apex, ZoneRecords records)
    {
        DomainName owner = Below("version", apex);
        List<string>[] found = [.. records.At(owner).Where(r => r.Type == RecordType.TXT).Select(r => CharacterString.Split(r.Rdata))];
        return found is [["2"]] ? null
            : found.Length == 0 ? $"no TXT at {owner}; expected \"2\" (RFC 9432 section 4.3.1)"
            : $"{owner} says \"{string.Join("\" \"", found.SelectMany(f => f))}\"; expected \"2\" alone (RFC 9432 section 4.3.1)";
    }

    private static DomainName Below(string label, DomainName apex) => DomainName.Parse($"{label}.{(apex.IsRoot ? "" : apex)}");

    private static IEnumerable<string> LabelsOf(DomainName name)
    {
        for (; !name.IsRoot; name = name.Parent) yield return System.Text.Encoding.Latin1.GetString(name.Wire.Slice(1, name.Wire[0]));
    }
}

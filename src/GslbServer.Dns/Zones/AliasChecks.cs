namespace GslbServer.Dns;

/// <summary>What may stand beside CNAME, and beside or below DNAME (RFC 1034 section 3.6.2, RFC 2181 section 10.1, RFC 6672).</summary>
internal static class AliasChecks
{
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
    {
        if ((names.All & (NameContent.Cname | NameContent.Dname)) == 0)
            yield break;
        foreach (int node in names.Nodes)
        {
            NameContent content = names.ContentOf(node);
            if ((content & NameContent.Cname) != 0)
                foreach (ZoneDiagnostic d in CheckCname(apex, names, node, content))
                    yield return d;
            if ((content & NameContent.Dname) != 0)
                foreach (ZoneDiagnostic d in CheckDname(apex, names, node, content))
                    yield return d;
            if ((names.All & NameContent.Dname) != 0 && FindDnameAbove(apex, names, names.NameOf(node)) is { } dname)
                foreach (ZoneRecord record in names.RecordsOf(node).Where(r => r.Type != RecordType.STEER))
                    yield return ZoneChecks.Error(record, $"{record.Owner} is below the DNAME at {dname}; nothing may stand there (RFC 6672 section 2.4)");
        }
    }

    /// <summary>The nearest name above, inside the zone, that has a DNAME; null without.</summary>
    internal static DomainName? FindDnameAbove(DomainName apex, ZoneNames names, DomainName name)
    {
        while (!name.IsRoot && !name.Equals(apex))
        {
            name = name.Parent;
            if ((names.ContentOf(name) & NameContent.Dname) != 0)
                return name;
        }
        return null;
    }

    private static IEnumerable<ZoneDiagnostic> CheckCname(DomainName apex, ZoneNames names, int node, NameContent content)
    {
        DomainName owner = names.NameOf(node);
        ZoneRecord cname = First(names, node, RecordType.CNAME);
        foreach (ZoneRecord second in names.RecordsOf(node).Where(r => r.Type == RecordType.CNAME).Skip(1))
            yield return ZoneChecks.Error(second, $"a second CNAME at {owner}; expected one, and {cname.Position} has it (RFC 2181 section 10.1)");
        if (owner.Equals(apex))
        {
            yield return ZoneChecks.Error(cname, $"CNAME at the apex {owner}, which has SOA and NS; an alias stands alone (RFC 1034 section 3.6.2)");
            yield break;
        }
        // The addresses of a region may be those of a CNAME; REGION is configuration and never answered. STEER has a message of its own.
        const NameContent Allowed = NameContent.Cname | NameContent.BesideCname | NameContent.Region | NameContent.Steer;
        if ((content & ~Allowed) == 0)
            yield break;
        IEnumerable<string> others = names.RecordsOf(node).Select(r => r.Type).Distinct()
            .Where(t => t is not (RecordType.CNAME or RecordType.RRSIG or RecordType.NSEC or RecordType.KEY or RecordType.REGION or RecordType.STEER))
            .Select(RecordTypeName.Of);
        yield return ZoneChecks.Error(cname, $"CNAME and other data at {owner} ({string.Join(", ", others)}); an alias stands alone (RFC 1034 section 3.6.2)");
    }

    private static IEnumerable<ZoneDiagnostic> CheckDname(DomainName apex, ZoneNames names, int node, NameContent content)
    {
        DomainName owner = names.NameOf(node);
        ZoneRecord dname = First(names, node, RecordType.DNAME);
        foreach (ZoneRecord second in names.RecordsOf(node).Where(r => r.Type == RecordType.DNAME).Skip(1))
            yield return ZoneChecks.Error(second, $"a second DNAME at {owner}; expected one, and {dname.Position} has it (RFC 6672 section 2.4)");
        if ((content & NameContent.Ns) != 0 && !owner.Equals(apex))
            yield return ZoneChecks.Error(dname,
                $"DNAME beside NS at {owner}; below the apex a name is delegated or redirected, not both (RFC 6672 section 2.3)");
    }

    internal static ZoneRecord First(ZoneNames names, int node, RecordType type) => names.RecordsOf(node).First(r => r.Type == type);
}

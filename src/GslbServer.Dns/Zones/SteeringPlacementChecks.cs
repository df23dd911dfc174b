namespace GslbServer.Dns;

/// <summary>Where REGION, CHECK and STEER may not stand. What their words mean is not looked at here.</summary>
internal static class SteeringPlacementChecks
{
    private static readonly RecordType[] Types = [RecordType.REGION, RecordType.CHECK, RecordType.STEER];

    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
    {
        const NameContent Ours = NameContent.Steer | NameContent.Region | NameContent.Check;
        if ((names.All & Ours) == 0)
            yield break;
        foreach (int node in names.Nodes)
        {
            NameContent content = names.ContentOf(node);
            if ((content & Ours) == 0)
                continue;
            foreach (ZoneDiagnostic d in CheckRepeated(names, node))
                yield return d;
            if ((content & NameContent.Steer) != 0)
                foreach (ZoneDiagnostic d in CheckSteer(apex, names, node, content))
                    yield return d;
            if ((content & (NameContent.Region | NameContent.Check)) != 0 && HasWildcardLabel(names.NameOf(node)))
                foreach (ZoneRecord record in names.RecordsOf(node).Where(r => r.Type is RecordType.REGION or RecordType.CHECK))
                    yield return ZoneChecks.Error(record, $"{record.Type} at {record.Owner}, a wildcard; expected a name that can be referred to");
        }
    }

    private static IEnumerable<ZoneDiagnostic> CheckRepeated(ZoneNames names, int node)
    {
        foreach (RecordType type in Types)
        {
            ZoneRecord? first = null;
            foreach (ZoneRecord record in names.RecordsOf(node))
            {
                if (record.Type != type)
                    continue;
                if (first is not null)
                    yield return ZoneChecks.Error(record, $"a second {type} at {record.Owner}; expected one, and {first.Position} has it");
                first ??= record;
            }
        }
    }

    private static IEnumerable<ZoneDiagnostic> CheckSteer(DomainName apex, ZoneNames names, int node, NameContent content)
    {
        DomainName owner = names.NameOf(node);
        ZoneRecord steer = AliasChecks.First(names, node, RecordType.STEER);
        if ((content & NameContent.Cname) != 0)
            yield return ZoneChecks.Error(steer, $"STEER beside CNAME at {owner}; an alias stands alone (RFC 1034 section 3.6.2)");
        if ((content & NameContent.Ns) != 0 && !owner.Equals(apex))
            yield return ZoneChecks.Error(steer, $"STEER beside NS at {owner}; a delegated name is answered by the child zone");
        if (DelegationChecks.FindCutAbove(apex, names, owner) is { } cut)
            yield return ZoneChecks.Error(steer, $"STEER at {owner}, under the delegation of {cut}; it would never be answered");
        if (AliasChecks.FindDnameAbove(apex, names, owner) is { } dname)
            yield return ZoneChecks.Error(steer, $"STEER at {owner}, below the DNAME at {dname}; it would never be answered (RFC 6672 section 2.4)");
    }

    private static bool HasWildcardLabel(DomainName name)
    {
        for (; !name.IsRoot; name = name.Parent)
            if (name.IsWildcard)
                return true;
        return false;
    }
}

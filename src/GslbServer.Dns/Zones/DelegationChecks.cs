namespace GslbServer.Dns;

/// <summary>Where NS may not be, and what a delegation hides (RFC 1034 section 4.2.1, RFC 1035 section 5.2).</summary>
internal static class DelegationChecks
{
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
    {
        if ((names.All & NameContent.Ns) == 0)
            yield break;
        // Nearly every zone has NS at its apex alone, and then nothing is hidden.
        bool hasCuts = names.IndicesOf(RecordType.NS).Any(i => !names.Records.OwnerAt(i).Equals(apex));
        if (!hasCuts)
            yield break;
        foreach (int node in names.Nodes)
        {
            DomainName owner = names.NameOf(node);
            NameContent content = names.ContentOf(node);
            if ((content & NameContent.Ns) != 0 && owner.IsWildcard)
                yield return ZoneChecks.Error(AliasChecks.First(names, node, RecordType.NS),
                    $"NS at the wildcard {owner}; a wildcard cannot be a delegation (RFC 4592 section 4.2)");
            DomainName? cut = FindCutAbove(apex, names, owner) ?? ((content & NameContent.Ns) != 0 && !owner.Equals(apex) ? owner : null);
            if (cut is null)
                continue;
            foreach (ZoneRecord record in names.RecordsOf(node).Where(r => IsHidden(r.Type)))
                yield return ZoneChecks.Warning(record, $"{RecordTypeName.Of(record.Type)} at {owner}, under the delegation of {cut}; it is never answered");
        }
    }

    /// <summary>The nearest name above, below the apex, that has NS; null without.</summary>
    internal static DomainName? FindCutAbove(DomainName apex, ZoneNames names, DomainName name)
    {
        while (!name.IsRoot && !name.Equals(apex))
        {
            name = name.Parent;
            if (!name.Equals(apex) && (names.ContentOf(name) & NameContent.Ns) != 0)
                return name;
        }
        return null;
    }

    /// <summary>Addresses may be glue; DS and NSEC with their signatures belong to the parent (RFC 4035 section 2.4); configuration is answered nowhere.
    /// STEER is an error of its own.</summary>
    private static bool IsHidden(RecordType type) => type is not (RecordType.A or RecordType.AAAA or RecordType.NS or RecordType.DS or RecordType.NSEC
        or RecordType.RRSIG or RecordType.REGION or RecordType.CHECK or RecordType.STEER);
}

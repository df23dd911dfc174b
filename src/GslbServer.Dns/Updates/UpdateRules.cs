namespace GslbServer.Dns;

/// <summary>RFC 2136 section 3 on a zone in memory: whether prerequisites hold, and what an update makes of it. Changes nothing itself.</summary>
public static class UpdateRules
{
    /// <summary>Types that no update may touch: configuration of steering, the SOA (its serial rises by itself), and what signing makes.</summary>
    public static bool IsNeverUpdated(RecordType type) => type is RecordType.REGION or RecordType.CHECK or RecordType.STEER or RecordType.SOA or RecordType.RRSIG or RecordType.NSEC or RecordType.NSEC3
        or RecordType.NSEC3PARAM or RecordType.DNSKEY or RecordType.CDS or RecordType.CDNSKEY or RecordType.ZONEMD or RecordType.SIG or RecordType.NXT;

    /// <summary>Section 3.2.</summary>
    /// <returns>NOERROR when all hold; else NXDOMAIN, YXDOMAIN, NXRRSET or YXRRSET for the first that does not.</returns>
    public static Rcode CheckPrerequisites(Zone zone, IReadOnlyList<UpdateRecord> prerequisites)
    {
        var work = new ZoneWork(zone);
        foreach (UpdateRecord wanted in prerequisites)
        {
            Dictionary<RecordType, WorkSet> here = work.At(wanted.Owner);
            Rcode wrong = (wanted.Class, wanted.Type) switch
            {
                (DnsClass.Any, RecordType.ANY) => here.Count > 0 ? Rcode.NoError : Rcode.NxDomain,
                (DnsClass.Any, _) => here.ContainsKey(wanted.Type) ? Rcode.NoError : Rcode.NxRRset,
                (DnsClass.None, RecordType.ANY) => here.Count == 0 ? Rcode.NoError : Rcode.YxDomain,
                (DnsClass.None, _) => here.ContainsKey(wanted.Type) ? Rcode.YxRRset : Rcode.NoError,
                _ => Rcode.NoError,
            };
            if (wrong != Rcode.NoError) return wrong;
        }

        // Section 2.4.2: the RRset as a whole, whatever its order and TTL.
        foreach (IGrouping<(DomainName Owner, RecordType Type), UpdateRecord> set in prerequisites.Where(p => p.Class == DnsClass.In).GroupBy(p => (p.Owner, p.Type)))
        {
            List<byte[]> here = work.At(set.Key.Owner).GetValueOrDefault(set.Key.Type)?.Rdata ?? [];
            byte[][] wanted = [.. set.Select(p => p.Rdata)];
            bool isSame = here.TrueForAll(mine => wanted.Any(w => CanonicalRdata.AreEqual(set.Key.Type, mine, w))) && wanted.All(w => here.Exists(mine => CanonicalRdata.AreEqual(set.Key.Type, mine, w)));
            if (!isSame) return Rcode.NxRRset;
        }
        return Rcode.NoError;
    }

    /// <summary>Section 3.4.2: all updates, one after the other.</summary>
    /// <param name="allows">Whether a record of this type may change at this name.</param>
    /// <param name="refused">What was not allowed; null with a change.</param>
    /// <returns>Records deleted and added, without the SOA; both empty where nothing changes. Null where something is not allowed.</returns>
    public static (IReadOnlyList<TransferRecord> Deleted, IReadOnlyList<TransferRecord> Added)? Apply(Zone zone, IReadOnlyList<UpdateRecord> updates, Func<DomainName, RecordType, bool> allows, out string? refused)
    {
        var work = new ZoneWork(zone);
        foreach (UpdateRecord update in updates)
        {
            refused = WhyNot(work, update, allows);
            if (refused is not null) return null;
            Carry(work, update);
        }
        refused = null;
        return work.Difference();
    }

    /// <summary>What edits of other nodes make of a zone that is in force here. An edit that does not fit what stands in the zone (an alias beside it, configuration of steering) is passed over.</summary>
    public static (IReadOnlyList<TransferRecord> Deleted, IReadOnlyList<TransferRecord> Added) Apply(Zone zone, IReadOnlyList<ZoneEdit> edits)
    {
        var work = new ZoneWork(zone);
        // Deletions first, or an alias would not make room for what takes its place.
        foreach (ZoneEdit edit in edits.OrderBy(e => e.Ttl is not null).ThenBy(e => e.Revision, StringComparer.Ordinal))
        {
            if (IsNeverUpdated(edit.Type) || !edit.Owner.IsAtOrBelow(zone.Apex) || work.IsSteering(edit.Owner)) continue;
            Carry(work, new UpdateRecord(edit.Owner, edit.Type, edit.Ttl is null ? DnsClass.None : DnsClass.In, edit.Ttl ?? 0, edit.Rdata));
        }
        return work.Difference();
    }

    private static string? WhyNot(ZoneWork work, UpdateRecord update, Func<DomainName, RecordType, bool> allows)
    {
        Dictionary<RecordType, WorkSet> here = work.At(update.Owner);
        bool isWholeName = update.Class == DnsClass.Any && update.Type == RecordType.ANY;
        // Deleting a whole name takes every type that stands there; at the apex SOA and NS stay (section 3.4.2.3).
        IEnumerable<RecordType> touched = isWholeName ? here.Keys.Where(type => !work.IsApex(update.Owner) || type is not (RecordType.SOA or RecordType.NS)) : [update.Type];
        foreach (RecordType type in touched)
        {
            if (IsNeverUpdated(type)) return $"{RecordTypeName.Of(type)} of {update.Owner} is changed by no update";
            if (!allows(update.Owner, type)) return $"{RecordTypeName.Of(type)} of {update.Owner} is not this key's to change";
        }
        return work.IsSteering(update.Owner) ? $"{update.Owner} has REGION, CHECK or STEER, and what stands beside them steers" : null;
    }

    private static void Carry(ZoneWork work, UpdateRecord update)
    {
        Dictionary<RecordType, WorkSet> here = work.At(update.Owner);
        switch (update.Class, update.Type)
        {
            case (DnsClass.Any, RecordType.ANY):
                foreach (RecordType type in here.Keys.Where(type => !work.IsApex(update.Owner) || type is not (RecordType.SOA or RecordType.NS)).ToArray()) here.Remove(type);
                break;
            case (DnsClass.Any, _):
                if (!(work.IsApex(update.Owner) && update.Type == RecordType.NS)) here.Remove(update.Type);
                break;
            case (DnsClass.None, _):
                // Section 3.4.2.4: a zone keeps its last name server.
                bool isLast = work.IsApex(update.Owner) && update.Type == RecordType.NS && here.GetValueOrDefault(RecordType.NS)?.Rdata.Count == 1;
                if (!isLast) work.Remove(update.Owner, update.Type, update.Rdata);
                break;
            default:
                Add(work, here, update);
                break;
        }
    }

    /// <summary>Section 3.4.2.2: an alias is not put beside other data, nor the other way round; silently.</summary>
    private static void Add(ZoneWork work, Dictionary<RecordType, WorkSet> here, UpdateRecord update)
    {
        bool isAlias = update.Type == RecordType.CNAME;
        if (isAlias ? here.Keys.Any(type => type is not (RecordType.CNAME or RecordType.RRSIG or RecordType.NSEC)) : here.ContainsKey(RecordType.CNAME)) return;
        if (update.Type is RecordType.CNAME or RecordType.DNAME) here.Remove(update.Type); // one at a name: it is replaced
        work.Add(update.Owner, update.Type, update.Ttl, update.Rdata);
    }
}

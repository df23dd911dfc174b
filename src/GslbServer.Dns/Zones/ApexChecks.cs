namespace GslbServer.Dns;

/// <summary>One SOA and at least one NS at the apex, and nothing outside the zone (RFC 1034 section 4.2.1, RFC 1035 section 5.2).</summary>
internal static class ApexChecks
{
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
    {
        ZoneRecord? soa = null;
        OwnerTree owners = names.Records.Owners;
        int apexNode = owners.Find(apex.Wire);
        for (int i = 0; i < names.Records.Count; i++)
        {
            bool isInside = owners.IsAtOrBelow(names.Records.NodeAt(i), apexNode);
            if (isInside && names.Records.TypeAt(i) != RecordType.SOA)
                continue;
            ZoneRecord record = names.Records[i];
            if (record.Type == RecordType.SOA)
            {
                if (soa is not null)
                    yield return ZoneChecks.Error(record, $"a second SOA; expected one in the zone, and {soa.Position} has it");
                soa ??= record;
            }
            if (!isInside)
                yield return ZoneChecks.Error(record, $"{record.Owner} is outside the zone; expected {apex} or a name below it");
        }
        if (soa is null)
            yield break;
        if ((names.ContentOf(apex) & NameContent.Ns) == 0)
            yield return ZoneChecks.Error(soa, $"the zone has no NS at its apex; expected at least one at {apex}");
        foreach (string oddity in OdditiesOf(SoaRdata.Read(soa.Rdata), (names.All & NameContent.Steer) != 0))
            yield return ZoneChecks.Warning(soa, oddity);
    }

    /// <summary>RFC 1912 section 2.2, RFC 2308 section 5.</summary>
    private static IEnumerable<string> OdditiesOf(SoaRdata soa, bool isSteered)
    {
        if (soa.Refresh == 0)
            yield return "SOA refresh is 0; secondaries would ask without a pause";
        if (soa.Retry == 0)
            yield return "SOA retry is 0; secondaries would ask without a pause";
        if (soa.Retry > soa.Refresh)
            yield return $"SOA retry, {soa.Retry}, is longer than refresh, {soa.Refresh}";
        if (soa.Expire < (ulong)soa.Refresh + soa.Retry)
            yield return $"SOA expire, {soa.Expire}, is shorter than refresh and retry together; secondaries would give up the zone between two refreshes";
        if (soa.Minimum > 300 && isSteered)
            yield return $"SOA minimum is {soa.Minimum} in a zone with STEER; resolvers keep a negative answer that long, so at most 300 is advised";
    }
}

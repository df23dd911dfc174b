namespace GslbServer.Dns;

/// <summary>What a transfer of a zone consists of.</summary>
public static class TransferSource
{
    /// <summary>All records of a zone between its SOA and its SOA (RFC 5936 section 2.2).</summary>
    /// <param name="withSteering">Whether REGION, CHECK and STEER go along, as types of RFC 3597; without them others can serve what stands beside a STEER.</param>
    public static IRecordCursor Whole(Zone zone, bool withSteering)
    {
        TransferRecord soa = SoaOf(zone);
        IRecordCursor records = new ZoneCursor(zone);
        return new RecordSequence([new RecordListCursor([soa]), withSteering ? records : new WithoutSteering(records), new RecordListCursor([soa])]);
    }

    /// <summary>Changes that lead to the zone as it is (RFC 1995 section 4).</summary>
    public static IRecordCursor Changes(IReadOnlyList<ZoneChange> changes, bool withSteering)
    {
        TransferRecord soa = changes[^1].To;
        var parts = new List<IRecordCursor> { new RecordListCursor([soa]) };
        foreach (ZoneChange change in changes)
        {
            parts.AddRange([new RecordListCursor([change.From]), Of(change.Deleted), new RecordListCursor([change.To]), Of(change.Added)]);
        }
        parts.Add(new RecordListCursor([soa]));
        return new RecordSequence(parts);

        IRecordCursor Of(IReadOnlyList<TransferRecord> records) => new RecordListCursor(withSteering ? records : [.. records.Where(r => !r.IsSteering)]);
    }

    /// <summary>The SOA alone: nothing has changed, or it would not fit (RFC 1995 section 2).</summary>
    public static IRecordCursor Soa(Zone zone) => new RecordListCursor([SoaOf(zone)]);

    public static TransferRecord SoaOf(Zone zone)
    {
        RRset soa = zone.Soa;
        return new TransferRecord(zone.Apex, RecordType.SOA, soa.Ttl, soa.First.ToArray());
    }
}

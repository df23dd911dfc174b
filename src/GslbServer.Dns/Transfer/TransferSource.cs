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

    /// <summary>A signed zone as servers serve it that do not steer: what stands beside each STEER, signed, without REGION, CHECK and STEER.</summary>
    /// <param name="zone">One with <see cref="CanBeSigned"/>.</param>
    /// <exception cref="ArgumentException">The zone is not signed, or with compact denial.</exception>
    public static IRecordCursor Signed(Zone zone)
    {
        TransferRecord soa = SoaOf(zone);
        return new RecordSequence([new RecordListCursor([soa]), new SignedZoneCursor(zone), new RecordListCursor([soa])]);
    }

    /// <summary>Whether others can serve the zone with the signatures made here: it is signed, and its denial is a chain (NSEC or NSEC3).</summary>
    public static bool CanBeSigned(Zone zone) => zone.Signatures is { IsCompact: false };

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

    /// <summary>The change that an update makes of a zone.</summary>
    /// <param name="serial">Of the zone after it.</param>
    public static ZoneChange Change(Zone zone, IReadOnlyList<TransferRecord> deleted, IReadOnlyList<TransferRecord> added, uint serial)
    {
        TransferRecord soa = SoaOf(zone);
        return new ZoneChange(soa, deleted, soa with { Rdata = SoaRdata.WithSerial(soa.Rdata, serial) }, added);
    }

    public static TransferRecord SoaOf(Zone zone)
    {
        RRset soa = zone.Soa;
        return new TransferRecord(zone.Apex, RecordType.SOA, soa.Ttl, soa.First.ToArray());
    }
}

namespace GslbServer.Dns;

/// <summary>A zone file with what updates have changed. The file wins where both cannot stand: an edit that does not fit is left out, and said.</summary>
public static class EditedZone
{
    /// <param name="file">As read; with errors it is returned as it is.</param>
    /// <param name="place">Where the edits stand, for what is said of them.</param>
    /// <param name="serial">Of the zone as it will be served.</param>
    public static ZoneFile Of(ZoneFile file, ZoneEdits edits, string place, uint serial)
    {
        if (file.HasErrors || file.Apex is not { } apex || edits.Count == 0 && serial == file.Serial) return file;
        var conflicts = new List<ZoneDiagnostic>();
        List<ZoneEdit> fitting = [.. edits.All.Where(edit => WhyNot(file, apex, edit) is not { } why || Left(edit, why))];
        while (true)
        {
            ZoneFile made = ZoneFileReader.Check(file.Path, Build(file, fitting, place, serial));
            ZoneDiagnostic[] errors = [.. made.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
            if (errors.Length == 0) return made with { Diagnostics = [.. file.Diagnostics.Union(made.Diagnostics), .. conflicts] };
            // What breaks the zone goes: the edits that an error points at, or, where it points at the file, all.
            HashSet<int> blamed = [.. errors.Where(e => e.Position.File == place).Select(e => e.Position.Line - 1)];
            ZoneEdit[] gone = [.. fitting.Where((_, i) => blamed.Count == 0 || blamed.Contains(i))];
            if (gone.Length == 0) return file with { Diagnostics = [.. file.Diagnostics, .. conflicts] };
            foreach (ZoneEdit edit in gone) Left(edit, errors[0].Message);
            fitting = [.. fitting.Except(gone)];
        }

        bool Left(ZoneEdit edit, string why)
        {
            conflicts.Add(new ZoneDiagnostic(DiagnosticSeverity.Warning, new SourcePosition(file.Path, 0, 0), $"the update by key {edit.By} is left out: {edit} ({why}); see {place}"));
            return false;
        }
    }

    /// <returns>Null where the edit fits what the file has.</returns>
    private static string? WhyNot(ZoneFile file, DomainName apex, ZoneEdit edit)
    {
        if (!edit.Owner.IsAtOrBelow(apex)) return $"not in zone {apex}";
        if (UpdateRules.IsNeverUpdated(edit.Type)) return $"{RecordTypeName.Of(edit.Type)} is changed by no update";
        RecordType[] types = [.. file.Records.At(edit.Owner).Select(r => r.Type).Distinct()];
        if (types.Any(t => t is RecordType.REGION or RecordType.CHECK or RecordType.STEER)) return "the file has REGION, CHECK or STEER there";
        if (edit.Ttl is null) return null;
        if (edit.Type != RecordType.CNAME && types.Contains(RecordType.CNAME)) return "the file has a CNAME there";
        return edit.Type == RecordType.CNAME && types.Any(t => t is not (RecordType.CNAME or RecordType.RRSIG or RecordType.NSEC)) ? "the file has other records there" : null;
    }

    private static ZoneRecords Build(ZoneFile file, List<ZoneEdit> edits, string place, uint serial)
    {
        Dictionary<EditKey, ZoneEdit> byRecord = edits.ToDictionary(e => e.Key);
        HashSet<DomainName> owners = [.. edits.Select(e => e.Owner)];
        // One TTL for an RRset: that of the last edit.
        Dictionary<(DomainName, RecordType), uint> ttls = edits.Where(e => e.Ttl is not null).GroupBy(e => (e.Owner, e.Type))
            .ToDictionary(g => g.Key, g => g.MaxBy(e => e.Revision, StringComparer.Ordinal)!.Ttl!.Value);
        HashSet<(DomainName, RecordType)> single = [.. ttls.Keys.Where(set => set.Item2 is RecordType.CNAME or RecordType.DNAME)];
        var written = new HashSet<EditKey>();
        var records = new ZoneRecords();
        foreach (ZoneRecord record in file.Records)
        {
            byte[] rdata = record.Type == RecordType.SOA ? SoaRdata.WithSerial(record.Rdata, serial) : record.Rdata;
            uint ttl = record.Ttl;
            if (owners.Contains(record.Owner) && record.Type != RecordType.SOA)
            {
                var key = new EditKey(record.Owner, record.Type, Convert.ToHexString(CanonicalRdata.Of(record.Type, record.Rdata)));
                ZoneEdit? edit = byRecord.GetValueOrDefault(key);
                if (edit is { Ttl: null } || edit is null && single.Contains((record.Owner, record.Type))) continue;
                ttl = ttls.GetValueOrDefault((record.Owner, record.Type), ttl);
                written.Add(key);
            }
            records.Add(record.Owner.Wire, record.Type, ttl, rdata, record.Position, record.Words);
        }
        for (int i = 0; i < edits.Count; i++)
        {
            ZoneEdit edit = edits[i];
            if (edit.Ttl is not null && !written.Contains(edit.Key)) records.Add(edit.Owner.Wire, edit.Type, ttls[(edit.Owner, edit.Type)], edit.Rdata, new SourcePosition(place, i + 1, 1), null);
        }
        return records;
    }
}

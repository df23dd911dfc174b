namespace GslbServer.Dns;

/// <summary>What makes records an RRset (RFC 2181 section 5): no duplicates, and one TTL.</summary>
internal static class RRsetRules
{
    /// <summary>The names of the zone with duplicate records dropped and each RRset at its lowest TTL; a warning for each change.</summary>
    public static ZoneNames Apply(ZoneNames names, DiagnosticList diagnostics)
    {
        var drop = new HashSet<int>();
        var ttls = new Dictionary<int, uint>();
        var ofOwner = new List<int>();
        for (int node = 0; node < names.Count; node++)
        {
            int first = names.FirstOf(node);
            if (names.NextAfter(first) < 0)
                continue;
            ofOwner.Clear();
            for (int i = first; i >= 0; i = names.NextAfter(i))
                ofOwner.Add(i);
            ofOwner.Sort((a, b) => TypeOf(a) != TypeOf(b) ? TypeOf(a).CompareTo(TypeOf(b)) : a - b);
            for (int start = 0, end; start < ofOwner.Count; start = end)
            {
                RecordType type = TypeOf(ofOwner[start]);
                for (end = start + 1; end < ofOwner.Count && TypeOf(ofOwner[end]) == type;)
                    end++;
                // Signatures of several RRsets stand at one name, each with the TTL of what it signs (RFC 4034 section 3).
                if (end == start + 1 || type is RecordType.RRSIG or RecordType.SIG)
                    continue;
                List<int> rrset = ofOwner.GetRange(start, end - start);
                DropDuplicates(names, rrset, drop, diagnostics);
                AgreeOnTtl(names, rrset, ttls, diagnostics);
            }
        }
        return drop.Count == 0 && ttls.Count == 0 ? names : new(Changed(names.Records, drop, ttls));

        RecordType TypeOf(int record) => names.Records[record].Type;
    }

    private static void DropDuplicates(ZoneNames names, List<int> rrset, HashSet<int> drop, DiagnosticList diagnostics)
    {
        // Two records of the zone language at one name are an error, equal or not.
        RecordType type = names.Records[rrset[0]].Type;
        if (type is RecordType.STEER or RecordType.REGION or RecordType.CHECK)
            return;
        // Most RRsets are small; a large one must not cost its square.
        Dictionary<string, int>? seen = rrset.Count > 8 ? [] : null;
        for (int i = 0; i < rrset.Count; i++)
        {
            ZoneRecord record = names.Records[rrset[i]];
            int earlier = seen is null
                ? rrset.FindIndex(0, i, j => CanonicalRdata.AreEqual(type, names.Records[j].Rdata, record.Rdata))
                : FindOrAdd(seen, Convert.ToHexString(CanonicalRdata.Of(type, record.Rdata)), i);
            if (earlier < 0)
                continue;
            drop.Add(rrset[i]);
            diagnostics.Warning(record.Position,
                $"this {RecordTypeName.Of(type)} of {record.Owner} stands at {names.Records[rrset[earlier]].Position} already; it is dropped");
        }
    }

    private static int FindOrAdd(Dictionary<string, int> seen, string data, int index) => seen.TryAdd(data, index) ? -1 : seen[data];

    private static void AgreeOnTtl(ZoneNames names, List<int> rrset, Dictionary<int, uint> ttls, DiagnosticList diagnostics)
    {
        uint lowest = rrset.Min(i => names.Records[i].Ttl);
        ZoneRecord first = names.Records[rrset[0]];
        bool isReported = false;
        foreach (int i in rrset)
        {
            ZoneRecord record = names.Records[i];
            if (!isReported && record.Ttl != first.Ttl)
            {
                diagnostics.Warning(record.Position, $"TTL {record.Ttl} differs from {first.Ttl} at {first.Position} of the same RRset, "
                    + $"{record.Owner} {RecordTypeName.Of(record.Type)}; the lowest, {lowest}, is used (RFC 2181 section 5.2)");
                isReported = true;
            }
            if (record.Ttl != lowest)
                ttls[i] = lowest;
        }
    }

    private static List<ZoneRecord> Changed(IReadOnlyList<ZoneRecord> records, HashSet<int> drop, Dictionary<int, uint> ttls)
    {
        var changed = new List<ZoneRecord>(records.Count - drop.Count);
        for (int i = 0; i < records.Count; i++)
            if (!drop.Contains(i))
                changed.Add(ttls.TryGetValue(i, out uint ttl) ? records[i] with { Ttl = ttl } : records[i]);
        return changed;
    }
}

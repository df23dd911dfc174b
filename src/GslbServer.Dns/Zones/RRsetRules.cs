using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>What makes records an RRset (RFC 2181 section 5): no duplicates, and one TTL.</summary>
internal static class RRsetRules
{
    /// <summary>Drops duplicate records and puts each RRset at its lowest TTL; a warning for each change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(ZoneNames names, DiagnosticList diagnostics)
    {
        ZoneRecords records = names.Records;
        var drop = new HashSet<int>();
        var ttls = new Dictionary<int, uint>();
        var here = new OwnerRecords(records);
        for (int i = 0; i < records.Count; i++)
        {
            bool isFirstOfSeveral = records.NextAfter(i) >= 0 && records.FirstOf(records.NodeAt(i)) == i;
            if (!isFirstOfSeveral)
                continue;
            here.Take(records.NodeAt(i));
            while (here.TryNextSet(out RecordType type))
            {
                // Signatures of several RRsets stand at one name, each with the TTL of what it signs (RFC 4034 section 3).
                if (here.Set.Length == 1 || type is RecordType.RRSIG or RecordType.SIG)
                    continue;
                List<int> rrset = [.. here.Set];
                DropDuplicates(records, rrset, drop, diagnostics);
                AgreeOnTtl(records, rrset, ttls, diagnostics);
            }
        }
        // Only now: a warning about one record tells what stands in the file at another.
        foreach ((int record, uint ttl) in ttls)
            records.SetTtl(record, ttl);
        if (drop.Count > 0)
            records.Remove(drop);
    }

    private static void DropDuplicates(ZoneRecords records, List<int> rrset, HashSet<int> drop, DiagnosticList diagnostics)
    {
        // Two records of the zone language at one name are an error, equal or not.
        RecordType type = records.TypeAt(rrset[0]);
        if (type is RecordType.STEER or RecordType.REGION or RecordType.CHECK)
            return;
        // Most RRsets are small; a large one must not cost its square.
        Dictionary<string, int>? seen = rrset.Count > 8 ? [] : null;
        for (int i = 0; i < rrset.Count; i++)
        {
            int at = rrset[i];
            int earlier = seen is null
                ? rrset.FindIndex(0, i, j => CanonicalRdata.AreEqual(type, records.RdataAt(j), records.RdataAt(at)))
                : FindOrAdd(seen, Convert.ToHexString(CanonicalRdata.Of(type, records.RdataAt(at))), i);
            if (earlier < 0)
                continue;
            drop.Add(at);
            ZoneRecord record = records[at];
            diagnostics.Warning(record.Position,
                $"this {RecordTypeName.Of(type)} of {record.Owner} stands at {records[rrset[earlier]].Position} already; it is dropped");
        }
    }

    private static int FindOrAdd(Dictionary<string, int> seen, string data, int index) => seen.TryAdd(data, index) ? -1 : seen[data];

    private static void AgreeOnTtl(ZoneRecords records, List<int> rrset, Dictionary<int, uint> ttls, DiagnosticList diagnostics)
    {
        uint first = records.TtlAt(rrset[0]), lowest = first;
        foreach (int i in rrset)
            lowest = Math.Min(lowest, records.TtlAt(i));
        bool isReported = false;
        foreach (int i in rrset)
        {
            if (!isReported && records.TtlAt(i) != first)
            {
                ZoneRecord record = records[i];
                diagnostics.Warning(record.Position, $"TTL {record.Ttl} differs from {first} at {records[rrset[0]].Position} of the same RRset, "
                    + $"{record.Owner} {RecordTypeName.Of(record.Type)}; the lowest, {lowest}, is used (RFC 2181 section 5.2)");
                isReported = true;
            }
            if (records.TtlAt(i) != lowest)
                ttls[i] = lowest;
        }
    }
}

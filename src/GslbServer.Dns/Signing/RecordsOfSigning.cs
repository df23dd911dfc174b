namespace GslbServer.Dns;

/// <summary>Records that signing makes itself: what a zone file has of them is left out, as Knot and BIND do. Keys of others come with the keys of the zone.</summary>
public static class RecordsOfSigning
{
    private static readonly RecordType[] Types =
        [RecordType.RRSIG, RecordType.NSEC, RecordType.NSEC3, RecordType.NSEC3PARAM, RecordType.DNSKEY, RecordType.CDS, RecordType.CDNSKEY];

    /// <summary>Takes them out of a zone that is to be signed.</summary>
    /// <returns>A warning for each type.</returns>
    public static IEnumerable<ZoneDiagnostic> LeaveOut(ZoneFile file)
    {
        var found = new SortedDictionary<RecordType, List<int>>();
        for (int i = 0; i < file.Records.Count; i++)
        {
            RecordType type = file.Records.TypeAt(i);
            if (!Types.Contains(type)) continue;
            if (!found.TryGetValue(type, out List<int>? records)) found.Add(type, records = []);
            records.Add(i);
        }

        var warnings = new List<ZoneDiagnostic>();
        foreach ((RecordType type, List<int> records) in found)
        {
            string count = records.Count == 1 ? $"this {type} is" : $"this and {records.Count - 1} more {type} are";
            warnings.Add(ZoneChecks.Warning(file.Records[records[0]], $"{count} left out: zone {file.Apex} is signed here, with keys that are kept apart; expected none in the file"));
        }
        if (found.Count > 0) file.Records.Remove(found.Values.SelectMany(records => records).ToHashSet());
        return warnings;
    }
}

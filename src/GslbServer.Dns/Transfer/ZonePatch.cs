namespace GslbServer.Dns;

/// <summary>Makes the records of a zone from what a primary sent: one position a record, in the order in which they will stand in a file.</summary>
public static class ZonePatch
{
    /// <summary>The zone as it is after changes.</summary>
    /// <param name="path">File in which the records will stand.</param>
    /// <param name="problem">Where the result is null: a change that does not fit the zone, so that the whole zone has to be asked for.</param>
    public static ZoneRecords? Apply(Zone zone, IReadOnlyList<ZoneChange> changes, string path, out string problem)
    {
        problem = "";
        if (changes[0].FromSerial != zone.Serial)
        {
            problem = $"changes from serial {changes[0].FromSerial}, where {zone.Serial} is here";
            return null;
        }
        var added = new Dictionary<Key, TransferRecord>();
        var deleted = new HashSet<Key>(); // of the zone as it is
        var sets = new HashSet<(DomainName, RecordType)>(); // where there is something to look for at all
        foreach (ZoneChange change in changes)
        {
            foreach (TransferRecord record in change.Deleted)
            {
                if (added.Remove(Key.Of(record))) continue;
                deleted.Add(Key.Of(record));
                sets.Add((record.Owner, record.Type));
            }
            foreach (TransferRecord record in change.Added) added[Key.Of(record)] = record;
        }
        ZoneRecords records = Copy(zone, changes[^1].To, deleted, sets, path);
        if (deleted.Count > 0)
        {
            problem = $"changes delete {deleted.Count} record{(deleted.Count == 1 ? "" : "s")} that {(deleted.Count == 1 ? "is" : "are")} not here, such as one of {deleted.First().Owner}";
            return null;
        }
        foreach (TransferRecord record in added.Values) Add(records, record.Owner.Wire, record.Type, record.Ttl, record.Rdata, path);
        return records;
    }

    /// <summary>Appends a record; those of the zone language get their words.</summary>
    internal static void Add(ZoneRecords records, ReadOnlySpan<byte> owner, RecordType type, uint ttl, ReadOnlySpan<byte> rdata, string path)
    {
        var position = new SourcePosition(path, records.Count + 1, 1);
        ConfigWords? words = type is RecordType.REGION or RecordType.CHECK or RecordType.STEER
            ? new ConfigWords(DomainName.Root, [.. CharacterString.Split(rdata).Select(word => new ConfigWord(word, position))])
            : null;
        records.Add(owner, type, ttl, rdata, position, words);
    }

    /// <param name="deleted">What is met is taken out, so that what stays was not here.</param>
    private static ZoneRecords Copy(Zone zone, TransferRecord soa, HashSet<Key> deleted, HashSet<(DomainName, RecordType)> sets, string path)
    {
        var records = new ZoneRecords();
        Add(records, soa.Owner.Wire, RecordType.SOA, soa.Ttl, soa.Rdata, path);
        var owners = sets.Select(s => s.Item1).ToHashSet();
        var cursor = new ZoneCursor(zone);
        DomainName owner = DomainName.Root;
        while (cursor.MoveNext())
        {
            if (!cursor.Owner.SequenceEqual(owner.Wire)) owner = DomainName.FromWire(cursor.Owner);
            bool isTouched = owners.Contains(owner) && sets.Contains((owner, cursor.Type));
            if (isTouched && deleted.Remove(new Key(owner, cursor.Type, Convert.ToHexString(CanonicalRdata.Of(cursor.Type, cursor.Rdata))))) continue;
            Add(records, cursor.Owner, cursor.Type, cursor.Ttl, cursor.Rdata, path);
        }
        return records;
    }

    /// <summary>A record as data, without its TTL (RFC 1995 section 2 deletes by it).</summary>
    private readonly record struct Key(DomainName Owner, RecordType Type, string Rdata)
    {
        public static Key Of(TransferRecord record) => new(record.Owner, record.Type, Convert.ToHexString(CanonicalRdata.Of(record.Type, record.Rdata)));
    }
}

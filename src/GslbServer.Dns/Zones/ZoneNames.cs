namespace GslbServer.Dns;

/// <summary>The records of a zone by owner, as checks ask for them. A name is a node of the tree of owners.</summary>
internal sealed class ZoneNames(ZoneRecords records)
{
    public ZoneRecords Records { get; } = records;

    /// <summary>What there is anywhere in the zone.</summary>
    public NameContent All => Records.Owners.All;

    /// <summary>The names that have records, by their first record's place.</summary>
    public IEnumerable<int> Nodes
    {
        get
        {
            for (int i = 0; i < Records.Count; i++)
                if (FirstOf(Records.NodeAt(i)) == i)
                    yield return Records.NodeAt(i);
        }
    }

    /// <summary>The records that have this type, in file order.</summary>
    public IEnumerable<int> IndicesOf(RecordType type)
    {
        for (int i = 0; i < Records.Count; i++)
            if (Records.TypeAt(i) == type)
                yield return i;
    }

    /// <summary>As its first record has it.</summary>
    public DomainName NameOf(int node) => Records.OwnerAt(FirstOf(node));

    public NameContent ContentOf(int node) => Records.Owners.ContentOf(node);

    /// <summary>What stands at this name; nothing for a name without records.</summary>
    public NameContent ContentOf(ReadOnlySpan<byte> wire) => Records.Owners.Find(wire) is >= 0 and int node ? ContentOf(node) : NameContent.None;

    public NameContent ContentOf(DomainName name) => ContentOf(name.Wire);

    /// <summary>Index of the first record of a name.</summary>
    public int FirstOf(int node) => Records.FirstOf(node);

    /// <summary>Index of the next record of the same owner; -1 after the last.</summary>
    public int NextAfter(int record) => Records.NextAfter(record);

    public IEnumerable<ZoneRecord> RecordsOf(int node)
    {
        for (int i = FirstOf(node); i >= 0; i = NextAfter(i))
            yield return Records[i];
    }
}

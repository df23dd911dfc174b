namespace GslbServer.Dns;

/// <summary>Records that are held one by one.</summary>
internal sealed class RecordListCursor(IReadOnlyList<TransferRecord> records) : IRecordCursor
{
    private int _at = -1;

    public ReadOnlySpan<byte> Owner => records[_at].Owner.Wire;

    public RecordType Type => records[_at].Type;

    public uint Ttl => records[_at].Ttl;

    public ReadOnlySpan<byte> Rdata => records[_at].Rdata;

    public bool MoveNext() => ++_at < records.Count;
}

/// <summary>One after the other.</summary>
internal sealed class RecordSequence(IReadOnlyList<IRecordCursor> parts) : IRecordCursor
{
    private int _at;

    public ReadOnlySpan<byte> Owner => parts[_at].Owner;

    public RecordType Type => parts[_at].Type;

    public uint Ttl => parts[_at].Ttl;

    public ReadOnlySpan<byte> Rdata => parts[_at].Rdata;

    public bool MoveNext()
    {
        while (_at < parts.Count && !parts[_at].MoveNext()) _at++;
        return _at < parts.Count;
    }
}

/// <summary>Leaves REGION, CHECK and STEER out.</summary>
internal sealed class WithoutSteering(IRecordCursor all) : IRecordCursor
{
    public ReadOnlySpan<byte> Owner => all.Owner;

    public RecordType Type => all.Type;

    public uint Ttl => all.Ttl;

    public ReadOnlySpan<byte> Rdata => all.Rdata;

    public bool MoveNext()
    {
        while (all.MoveNext())
        {
            if (all.Type is not (RecordType.REGION or RecordType.CHECK or RecordType.STEER)) return true;
        }
        return false;
    }
}

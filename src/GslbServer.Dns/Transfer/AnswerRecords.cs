namespace GslbServer.Dns;

/// <summary>Walks the answer section of a received message; names of owners and RDATA are spelled out.</summary>
internal ref struct AnswerRecords
{
    private readonly ReadOnlySpan<byte> _packet;
    private readonly Span<byte> _owner, _rdata;
    private int _offset;
    private int _left;
    private int _ownerLength;
    private int _rdataLength;

    /// <param name="scratch"><see cref="Scratch"/> octets: where names are spelled out.</param>
    public AnswerRecords(TransferMessage message, Span<byte> scratch)
    {
        _owner = scratch[..DomainName.MaxLength];
        _rdata = scratch[DomainName.MaxLength..];
        _packet = message.Packet;
        _offset = message.AnswerOffset;
        _left = message.Answers;
    }

    /// <summary>The longest owner and RDATA, and two names more, which pointers may have stood for.</summary>
    public const int Scratch = DnsLimits.RdataLength + 3 * DomainName.MaxLength;

    public readonly ReadOnlySpan<byte> Owner => _owner[.._ownerLength];

    public RecordType Type { get; private set; }

    public uint Ttl { get; private set; }

    /// <summary>Wire form, names uncompressed; of the shape that its type demands.</summary>
    public readonly ReadOnlySpan<byte> Rdata => _rdata[.._rdataLength];

    /// <summary>What is wrong with a record, after a result of false; null at the end.</summary>
    public string? Problem { get; private set; }

    public bool TryNext()
    {
        if (_left == 0) return false;
        _left--;
        int ownerAt = _offset;
        _ownerLength = Math.Max(0, WireName.TryExpand(_packet, ref ownerAt, _owner));
        if (_ownerLength == 0 || !RecordReader.TryRead(_packet, ref _offset, out RecordReader record)) return Fail("a record whose owner is no name");
        Type = record.Type;
        Ttl = record.Ttl <= TtlText.Max ? record.Ttl : 0; // RFC 2181 section 8
        if (record.Class != DnsClass.In) return Fail($"a record of class {record.Class}");
        if (RecordTypeName.IsMetaOrQuestion(Type)) return Fail($"a record of type {RecordTypeName.Of(Type)}, which no zone has");
        return TryTakeRdata(record.DataOffset, record.DataOffset + record.DataLength) || Fail($"RDATA of {RecordTypeName.Of(Type)} that is none");
    }

    private bool TryTakeRdata(int at, int end)
    {
        int length = ReceivedRdata.TryRead(_packet, at, end, Type, _rdata);
        _rdataLength = Math.Max(0, length);
        return length >= 0;
    }

    private bool Fail(string problem)
    {
        Problem = problem;
        _left = 0;
        return false;
    }
}

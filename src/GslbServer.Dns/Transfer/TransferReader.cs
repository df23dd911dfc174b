namespace GslbServer.Dns;

/// <summary>What a transfer brought.</summary>
public enum TransferOutcome
{
    /// <summary>More messages are to come.</summary>
    Open,

    /// <summary>The primary has nothing newer.</summary>
    UpToDate,

    /// <summary>The whole zone: <see cref="TransferReader.Records"/>.</summary>
    Whole,

    /// <summary>What changed: <see cref="TransferReader.Changes"/>.</summary>
    Changes,

    /// <summary>Nothing that can be used: <see cref="TransferReader.Problem"/>.</summary>
    Failed,
}

/// <summary>Reads the messages of one transfer, AXFR (RFC 5936 section 2.2) or IXFR in any of its forms (RFC 1995 section 4). Keeps within <see cref="TransferLimits"/>; never throws for what
/// a primary may send.</summary>
/// <param name="zone">The zone asked for.</param>
/// <param name="path">File in which the records will stand, one a line, for positions.</param>
/// <param name="held">Serial that an IXFR was asked from; null for AXFR.</param>
public sealed class TransferReader(DomainName zone, string path, uint? held)
{
    private enum Stage { First, Second, Whole, Deleting, Adding, Done }

    private readonly byte[] _scratch = new byte[AnswerRecords.Scratch];
    private Stage _stage;
    private TransferRecord? _soa; // with which the transfer began, and ends
    private TransferRecord? _from, _to; // of the change being read
    private List<TransferRecord> _deleted = [], _added = [];
    private readonly List<ZoneChange> _changes = [];
    private int _count, _emptyMessages;
    private long _octets;

    /// <summary>What is wrong, for people.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>With <see cref="TransferOutcome.Whole"/>: the zone, its SOA first.</summary>
    public ZoneRecords Records { get; } = new();

    /// <summary>With <see cref="TransferOutcome.Changes"/>: from the serial asked for to the newest.</summary>
    public IReadOnlyList<ZoneChange> Changes => _changes;

    /// <summary>The serial that the primary has; 0 before the first record.</summary>
    public uint Serial => _soa is null ? 0 : SoaRdata.Read(_soa.Rdata).Serial;

    /// <summary>Records read.</summary>
    public int Count => _count;

    /// <summary>Reads the next message, whose signature has been checked.</summary>
    public TransferOutcome Read(TransferMessage message)
    {
        if (message.Rcode != Rcode.NoError) return Fail($"the primary answers {message.Rcode.ToString().ToUpperInvariant()}");
        if (message.IsTruncated) return Fail("a truncated message");
        if (message.Answers == 0 && ++_emptyMessages > TransferLimits.EmptyMessages) return Fail("message after message without a record");
        var records = new AnswerRecords(message, _scratch);
        while (records.TryNext())
        {
            if (_stage == Stage.Done) return Fail("records behind the SOA that ends the transfer");
            _octets += records.Owner.Length + records.Rdata.Length;
            if (++_count > TransferLimits.Records || _octets > TransferLimits.Octets)
                return Fail($"more than {TransferLimits.Records} records or {TransferLimits.Octets} octets");
            if (Take(records) is { } problem) return Fail(problem);
        }
        if (records.Problem is { } bad) return Fail($"record {_count + 1}: {bad}");
        if (_stage == Stage.Done) return _changes.Count > 0 ? TransferOutcome.Changes : TransferOutcome.Whole;
        bool isUpToDate = _stage == Stage.Second && held is { } ours && !SerialNumber.IsHigher(Serial, ours);
        return isUpToDate ? TransferOutcome.UpToDate : TransferOutcome.Open;
    }

    private string? Take(in AnswerRecords record)
    {
        bool isSoa = record.Type == RecordType.SOA;
        if (isSoa && !NameOctets.EqualsIgnoreCase(record.Owner, zone.Wire)) return $"an SOA of {DomainName.FromWire(record.Owner)}";
        switch (_stage)
        {
            case Stage.First:
                if (!isSoa) return $"the transfer begins with {RecordTypeName.Of(record.Type)}; expected the SOA of {zone}";
                _soa = Copy(record);
                _stage = Stage.Second;
                return null;
            case Stage.Second when isSoa && held is { } ours && SoaRdata.Read(record.Rdata).Serial == ours:
                return BeginChange(Copy(record));
            case Stage.Second:
                _stage = Stage.Whole;
                AddToZone(_soa!.Owner.Wire, RecordType.SOA, _soa.Ttl, _soa.Rdata);
                goto case Stage.Whole;
            case Stage.Whole:
                if (isSoa) return End(record, "the zone");
                AddToZone(record.Owner, record.Type, record.Ttl, record.Rdata);
                return null;
            case Stage.Deleting:
                if (!isSoa) _deleted.Add(Copy(record));
                else (_to, _stage) = (Copy(record), Stage.Adding);
                return null;
            default:
                if (!isSoa)
                {
                    _added.Add(Copy(record));
                    return null;
                }
                _changes.Add(new ZoneChange(_from!, _deleted, _to!, _added));
                if (_changes[^1].ToSerial == Serial) return End(record, "the changes");
                return SoaRdata.Read(record.Rdata).Serial == _changes[^1].ToSerial ? BeginChange(Copy(record)) : "changes that do not follow one on the other";
        }
    }

    private string? BeginChange(TransferRecord from)
    {
        (_from, _to, _deleted, _added, _stage) = (from, null, [], [], Stage.Deleting);
        return _changes.Count < TransferLimits.Records / 2 ? null : "too many changes";
    }

    private string? End(in AnswerRecords soa, string what)
    {
        _stage = Stage.Done;
        return SoaRdata.Read(soa.Rdata).Serial == Serial ? null : $"{what} ends with serial {SoaRdata.Read(soa.Rdata).Serial} and began with {Serial}";
    }

    private void AddToZone(ReadOnlySpan<byte> owner, RecordType type, uint ttl, ReadOnlySpan<byte> rdata) => ZonePatch.Add(Records, owner, type, ttl, rdata, path);

    private static TransferRecord Copy(in AnswerRecords record) => new(DomainName.FromWire(record.Owner), record.Type, record.Ttl, record.Rdata.ToArray());

    private TransferOutcome Fail(string problem)
    {
        Problem = problem;
        return TransferOutcome.Failed;
    }
}

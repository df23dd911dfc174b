namespace GslbServer.Dns;

/// <summary>Packs records into the messages of a transfer (RFC 5936 section 2.2): as many into each as go in, names compressed. The question stands in the first.</summary>
/// <param name="id">Of the query.</param>
/// <param name="queryFlags">Of the query, as received.</param>
/// <param name="question">Name, type and class, as they came.</param>
/// <param name="hasEdns">Whether the query had OPT: then the first message has one (section 2.2.5).</param>
public sealed class TransferPacker(IRecordCursor records, ushort id, ushort queryFlags, byte[] question, bool hasEdns)
{
    private readonly Query _edns = new() { HasEdns = hasEdns };
    private readonly byte[] _owner = new byte[DomainName.MaxLength]; // of the record before
    private bool _isFirst = true;
    private bool _isWaiting; // the cursor's record is not yet written

    /// <summary>Whether all records are written.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Writes the next message.</summary>
    /// <param name="limit">Octets that it should not exceed. A single record may, up to the length of the buffer.</param>
    /// <param name="reserve">Octets to keep free for a signature.</param>
    /// <returns>Octets written, without the signature; 0 where a record does not go into the buffer at all.</returns>
    public int Next(Span<byte> buffer, int limit, int reserve)
    {
        int length = Write(buffer, limit, reserve);
        return length > 0 ? length : Write(buffer, buffer.Length, reserve);
    }

    private int Write(Span<byte> buffer, int limit, int reserve)
    {
        int opt = _isFirst ? OptWriter.Length(_edns, null) : 0;
        MessageWriter message = default;
        message.Begin(buffer, limit, reserve + opt, _isFirst ? question : default);
        int count = 0, ownerAt = 0, ownerLength = 0;
        while (_isWaiting || records.MoveNext())
        {
            if (!records.Owner.SequenceEqual(_owner.AsSpan(0, ownerLength)))
            {
                records.Owner.CopyTo(_owner);
                (ownerAt, ownerLength) = (0, records.Owner.Length);
            }
            _isWaiting = !message.TryAddRecord(records.Owner, ref ownerAt, records.Type, records.Ttl, records.Rdata);
            if (_isWaiting && count == 0) return 0;
            if (_isWaiting || ++count == ushort.MaxValue) break;
        }
        IsDone = !_isWaiting && count < ushort.MaxValue;
        Span<byte> room = message.Finish(id, (ushort)(HeaderFlags.Echo(queryFlags) | HeaderFlags.Authoritative), opt);
        if (opt > 0) OptWriter.Write(room, default, _edns, null, Rcode.NoError, 0, ExtendedError.None);
        _isFirst = false;
        return message.Position;
    }
}

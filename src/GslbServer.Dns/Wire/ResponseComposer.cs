using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace GslbServer.Dns;

/// <summary>Composes one response, sections in wire order, in the caller's buffer. No allocation; truncates on whole RRsets and sets TC.</summary>
/// <example><code>
/// var response = new ResponseComposer(zones, packet, query, buffer, limit, identity);
/// if (response.Compose() == Outcome.Steered) { ...decide...; response.AddAddresses(...); }
/// int length = response.Finish(scopePrefixLength);
/// </code></example>
public ref struct ResponseComposer
{
    private ReadOnlySpan<byte> _packet;
    private ref readonly Query _query;
    private ServerIdentity _identity;
    private Answer _answer;
    private bool _dependsOnClient; // whether the scope given to Finish counts
    private bool _awaitsHints; // AddServiceBinding may come
    private ExtendedError _error;

    /// <param name="packet">The query as received; its question is echoed with its case.</param>
    /// <param name="query">As <see cref="QueryReader"/> read it, with <see cref="QueryVerdict.Answer"/>.</param>
    /// <param name="buffer">At least 512 octets.</param>
    /// <param name="limit">Octets that the transport takes: 65535 on a stream; on UDP the reader's and our own limit, whichever is smaller
    /// (<see cref="Query.UdpLimit"/>).</param>
    public ResponseComposer(ZoneSet zones, ReadOnlySpan<byte> packet, in Query query, Span<byte> buffer, int limit, ServerIdentity identity)
        => Begin(zones, packet, query, buffer, limit, identity);

    /// <summary>What the constructor does, for a default value where it stands: on a busy path a copy of all this would cost as much as the answer.</summary>
    [MemberNotNull(nameof(_identity))]
    public void Begin(ZoneSet zones, ReadOnlySpan<byte> packet, [UnscopedRef] in Query query, Span<byte> buffer, int limit, ServerIdentity identity)
    {
        _packet = packet;
        _query = ref query;
        _identity = identity;
        _error = query.ExtendedError;
        ReadOnlySpan<byte> question = QuestionOf(packet, query);
        _answer.Message.Begin(buffer, limit, OptWriter.Length(query, identity), question);
        _answer.Begin(zones, query.Type, question[..query.NameLength], query.DnssecOk);
    }

    /// <summary>Index of the steered name; meaningful after <see cref="Outcome.Steered"/> and <see cref="Outcome.Explain"/>.</summary>
    public readonly int SteeredIndex => _answer.SteeredIndex;

    /// <summary>The family asked for at the steered name.</summary>
    public readonly bool WantsIPv6 => _query.Type == RecordType.AAAA;

    /// <summary>The response code composed so far, for counters.</summary>
    public readonly Rcode Rcode => _answer.Rcode;

    /// <summary>For <see cref="ResponseClass"/>: the zone, where the answer's name is made by a wildcard or DNAME; else 0.</summary>
    public readonly ulong Synthesis => _answer.IsSynthesized ? NameOctets.LongHash(_answer.Apex) | 1 : 0;

    public Outcome Compose()
    {
        switch (_query.Class)
        {
            case DnsClass.In: break;
            case DnsClass.Ch: return AnswerChaos();
            case DnsClass.None or DnsClass.Any: return Refuse(Rcode.FormErr); // no data has them
            default: return Refuse(Rcode.Refused, ExtendedError.NotAuthoritative);
        }
        return (ushort)_query.Type switch
        {
            251 or 252 => Refuse(Rcode.Refused, ExtendedError.Prohibited), // IXFR, AXFR: nobody may, unless an operator says so
            253 or 254 => Refuse(Rcode.NotImp, ExtendedError.NotSupported), // MAILB, MAILA: obsolete (RFC 1035 section 3.2.3)
            255 => FindAnswer(), // ANY
            41 or (>= 128 and <= 255) => Refuse(Rcode.FormErr), // OPT, TSIG, TKEY and their kin are no data (RFC 6895 section 3.1)
            _ => FindAnswer(),
        };
    }

    /// <summary>One address RRset at the steered owner. Call once with all addresses.</summary>
    /// <param name="addresses">4 octets each for A, 16 for AAAA.</param>
    /// <param name="rotation">Any number: the RRset starts at this one modulo its count.</param>
    /// <param name="maxTtl">The greatest TTL that the name ever has: where the zone is signed, all share one signature.</param>
    public void AddAddresses(scoped ReadOnlySpan<byte> addresses, int rotation, uint ttl, uint maxTtl = 0)
    {
        int length = WantsIPv6 ? 16 : 4;
        int count = addresses.Length / length;
        if (count == 0)
        {
            AddNoData();
            return;
        }
        int first = (int)((uint)rotation % (uint)count);
        _dependsOnClient = true;
        _answer.IsTruncated |= !_answer.Message.TryAddRotated(_answer.Owner, _query.Type, ttl, addresses, length, first);
        if (_query.DnssecOk) _answer.Sign(_query.Type, addresses, ttl, maxTtl);
    }

    /// <summary>The answer is this CNAME, alone.</summary>
    /// <param name="target">Uncompressed wire form.</param>
    /// <param name="maxTtl">As of <see cref="AddAddresses"/>.</param>
    public void AddCname(scoped ReadOnlySpan<byte> target, uint ttl, uint maxTtl = 0)
    {
        _dependsOnClient = true;
        _answer.IsTruncated |= !_answer.Message.TryAddCname(_answer.Owner, ttl, target, out _);
        if (_query.DnssecOk) _answer.Sign(RecordType.CNAME, [0, (byte)target.Length, .. target], ttl, maxTtl);
    }

    /// <summary>The HTTPS or SVCB records of the steered name, their address hints replaced.</summary>
    /// <param name="ipv4">4 octets each, for the records that have <c>ipv4hint</c>; without any the hint is left out.</param>
    /// <param name="ipv6">16 octets each, likewise for <c>ipv6hint</c>.</param>
    /// <param name="maxTtl">As of <see cref="AddAddresses"/>.</param>
    public void AddServiceBinding(scoped ReadOnlySpan<byte> ipv4, scoped ReadOnlySpan<byte> ipv6, uint ttl, uint maxTtl = 0)
    {
        _awaitsHints = false;
        _dependsOnClient = true;
        _answer.AddServiceBinding(ipv4, ipv6, ttl, maxTtl);
    }

    /// <summary>The A or AAAA records written beside the STEER, with steering's TTL; nothing there is NODATA.</summary>
    public void AddStaticFallback(uint ttl) => _dependsOnClient = _answer.AddStatic(ttl);

    /// <summary>NOERROR without answer; the SOA goes to the authority section.</summary>
    public void AddNoData() => _answer.AddNoData();

    /// <summary>TXT strings of at most 255 octets each (cut where longer), one record per line, TTL 0. Cold: explain only.</summary>
    public void AddExplanation(IEnumerable<string> lines)
    {
        _dependsOnClient = true;
        Span<byte> rdata = stackalloc byte[256];
        foreach (string line in lines)
        {
            if (_answer.Message.TryAddPlain(_answer.Owner, RecordType.TXT, DnsClass.In, 0, CharacterStringOf(line, rdata))) continue;
            _answer.Message.Reset();
            _answer.IsTruncated = true;
            return;
        }
    }

    /// <summary>Tells EDNS clients why the answer is what it is, where there is room for it (RFC 8914).</summary>
    public void SetExtendedError(ExtendedError error) => _error = error;

    /// <summary>Drops what was composed and answers with this code.</summary>
    public void Fail(Rcode rcode, ExtendedError error = ExtendedError.None)
    {
        if (error != ExtendedError.None) _error = error;
        _answer.Message.Reset();
        _answer.Rcode = rcode;
        _answer.IsAuthoritative = _answer.IsTruncated = _dependsOnClient = _awaitsHints = false;
    }

    /// <summary>Writes OPT (with NSID, with the Client Subnet echoed) and the counts.</summary>
    /// <param name="scopePrefixLength">Of a steered answer; anything else is answered with scope 0.</param>
    /// <returns>Octets in the buffer.</returns>
    public int Finish(byte scopePrefixLength)
    {
        if (_awaitsHints) _answer.AddStatic(ttl: null);
        _answer.CloseAuthority();
        if (_answer.IsShed) Fail(Rcode.ServFail, ExtendedError.SignatureShed);
        int flags = HeaderFlags.Echo(_query.Flags) | ((ushort)Rcode & 0xF);
        if (_answer.IsAuthoritative) flags |= HeaderFlags.Authoritative;
        if (_answer.IsTruncated) flags |= HeaderFlags.Truncated;
        Span<byte> opt = _answer.Message.Finish(_query.Id, (ushort)flags, OptLength());
        // RFC 7871 section 7.2.1: what does not depend on the client, and a client that gave no prefix, get scope 0.
        bool hasScope = _dependsOnClient && _query.Subnet.SourcePrefixLength > 0;
        if (!opt.IsEmpty) OptWriter.Write(opt, _packet, _query, _identity, Rcode, hasScope ? scopePrefixLength : (byte)0, _error);
        return _answer.Message.Position;
    }

    /// <summary>With an extended error that came up on the way, where it fits, and with padding.</summary>
    private int OptLength()
    {
        int length = OptWriter.Length(_query, _identity);
        if (length == 0) return 0;
        (int position, int limit) = (_answer.Message.Position, _answer.Message.Limit);
        if (_error != _query.ExtendedError)
        {
            if (_query.ExtendedError != ExtendedError.None) length -= OptWriter.ErrorLength(_query.ExtendedError);
            int more = OptWriter.ErrorLength(_error);
            if (position + length + more <= limit) length += more;
            else _error = ExtendedError.None;
        }
        return OptWriter.PaddedLength(_query, position, length, limit);
    }

    /// <summary>A whole error response, for what <see cref="QueryReader"/> refused: header, the question where it could be read, OPT where the query had one.</summary>
    /// <param name="buffer">At least 512 octets.</param>
    /// <returns>Octets in the buffer.</returns>
    /// <param name="rcode">NOERROR answers a query for nothing but a cookie (RFC 7873 section 5.4).</param>
    public static int WriteError(ReadOnlySpan<byte> packet, in Query query, Rcode rcode, Span<byte> buffer)
    {
        Query plain = query;
        plain.Subnet = default; // what may be malformed is not echoed
        if (rcode == Rcode.NotImp) plain.ExtendedError = ExtendedError.NotSupported;
        int optLength = OptWriter.Length(plain, identity: null);
        var message = default(MessageWriter);
        message.Begin(buffer, buffer.Length, optLength, QuestionOf(packet, query));
        optLength = OptWriter.PaddedLength(plain, message.Position, optLength, message.Limit);
        ushort flags = query.Fault == QueryFault.Opcode ? HeaderFlags.EchoUnknown(query.Flags) : HeaderFlags.Echo(query.Flags);
        Span<byte> opt = message.Finish(query.Id, (ushort)(flags | ((ushort)rcode & 0xF)), optLength);
        if (!opt.IsEmpty) OptWriter.Write(opt, packet, plain, identity: null, rcode, 0, plain.ExtendedError);
        return message.Position;
    }

    private Outcome FindAnswer()
    {
        Outcome outcome = _answer.Compose();
        if (Rcode == Rcode.Refused) _error = ExtendedError.NotAuthoritative;
        _awaitsHints = outcome == Outcome.SteeredHints;
        return outcome;
    }

    private Outcome Refuse(Rcode rcode, ExtendedError error = ExtendedError.None)
    {
        Fail(rcode, error);
        return Outcome.Done;
    }

    private Outcome AnswerChaos()
    {
        if (ChaosName.TextOf(_answer.Owner.Name, _identity) is not { } text) return Refuse(Rcode.Refused);
        _answer.IsAuthoritative = true;
        if (_query.Type is not (RecordType.TXT or RecordType.ANY)) return Outcome.Done;
        Span<byte> rdata = stackalloc byte[256];
        _answer.IsTruncated = !_answer.Message.TryAddPlain(_answer.Owner, RecordType.TXT, DnsClass.Ch, 0, CharacterStringOf(text, rdata));
        return Outcome.Done;
    }

    /// <param name="rdata">Room for 256 octets.</param>
    private static ReadOnlySpan<byte> CharacterStringOf(string text, Span<byte> rdata)
    {
        Utf8.FromUtf16(text, rdata[1..], out _, out int written);
        rdata[0] = (byte)written;
        return rdata[..(written + 1)];
    }

    private static ReadOnlySpan<byte> QuestionOf(ReadOnlySpan<byte> packet, in Query query)
        => query.NameLength == 0 ? default : packet.Slice(MessageLimits.Header, query.NameLength + 4);
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace GslbServer.Dns;

/// <summary>Writes the OPT record of a response (RFC 6891 section 6.1): NSID (RFC 5001) and the Client Subnet (RFC 7871) where the query had them, and what the caller has put
/// into the query for its answer: a cookie (RFC 7873), the idle time (RFC 7828), an extended error (RFC 8914), padding (RFC 7830).</summary>
internal static class OptWriter
{
    private const int FixedLength = 11; // root owner, type, class, TTL, RDATA length
    private const int OptionHeader = 4;
    private const int SubnetFixed = 4;

    private const int CookieLength = CookieSecrets.ClientLength + CookieSecrets.CookieLength;
    private const int KeepAliveLength = 2;

    // So that header, question, OPT and every option fit in 512 octets together, whatever the node is called.
    private const int LongestNsid = 128;

    /// <summary>Octets that <see cref="Write"/> will need: 0 when the query had no OPT.</summary>
    /// <remarks>Without padding, which <see cref="PaddedLength"/> adds once the rest of the message stands.</remarks>
    public static int Length(in Query query, ServerIdentity? identity)
    {
        if (!query.HasEdns) return 0;
        int length = FixedLength;
        if (query.WantsNsid && identity is not null) length += OptionHeader + NsidLength(identity);
        if (query.Subnet.IsPresent) length += OptionHeader + SubnetLength(query);
        if (query.ServerCookieHead != 0) length += OptionHeader + CookieLength;
        if (query.KeepAlive != 0) length += OptionHeader + KeepAliveLength;
        return query.ExtendedError == ExtendedError.None ? length : length + ErrorLength(query.ExtendedError);
    }

    /// <summary>Octets that an extended error takes.</summary>
    public static int ErrorLength(ExtendedError error) => OptionHeader + ExtendedErrorOption.Length(error);

    /// <summary>What <see cref="Length"/> becomes where the response is to be padded (RFC 8467 section 4.1).</summary>
    /// <param name="at">Octets of the message in front of OPT.</param>
    /// <param name="limit">Octets that the message may have.</param>
    public static int PaddedLength(in Query query, int at, int length, int limit)
    {
        if (query.PaddingBlock == 0 || length == 0 || at + length + OptionHeader > limit) return length;
        int blocks = (at + length + OptionHeader + query.PaddingBlock - 1) / query.PaddingBlock;
        return Math.Min(blocks * query.PaddingBlock, limit) - at;
    }

    /// <param name="to">As many octets as <see cref="Length"/> or <see cref="PaddedLength"/> said: what is left becomes padding.</param>
    /// <param name="identity">Null leaves NSID out.</param>
    /// <param name="packet">The query, whose family, source length and address are echoed as they came.</param>
    /// <param name="error">With <see cref="ErrorLength"/> in the length already.</param>
    public static void Write(Span<byte> to, ReadOnlySpan<byte> packet, in Query query, ServerIdentity? identity, Rcode rcode, byte scopePrefixLength, ExtendedError error)
    {
        // Root owner, type, class, upper bits of the code, version 0, DO and 15 flags that are 0.
        ulong head = ((ulong)RecordType.OPT << 40) | ((ulong)MessageLimits.Udp << 24) | ((ulong)((ushort)rcode >> 4) << 16) | (query.DnssecOk ? 0x80UL : 0);
        BinaryPrimitives.WriteUInt64BigEndian(to, head);
        to[8] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(to[9..], (ushort)(to.Length - FixedLength));
        to = to[FixedLength..];
        if (query.WantsNsid && identity is not null)
        {
            int length = NsidLength(identity);
            WriteOptionHeader(to, EdnsOption.Nsid, length);
            WriteNsid(to.Slice(OptionHeader, length), identity);
            to = to[(OptionHeader + length)..];
        }
        if (query.Subnet.IsPresent)
        {
            int length = SubnetLength(query);
            WriteOptionHeader(to, EdnsOption.ClientSubnet, length);
            packet.Slice(query.SubnetOffset, length).CopyTo(to[OptionHeader..]);
            to[OptionHeader + 3] = scopePrefixLength;
            to = to[(OptionHeader + length)..];
        }
        if (!to.IsEmpty) WriteOfCaller(to, packet, query, error);
    }

    private static void WriteOfCaller(Span<byte> to, ReadOnlySpan<byte> packet, in Query query, ExtendedError error)
    {
        if (query.ServerCookieHead != 0)
        {
            WriteOptionHeader(to, EdnsOption.Cookie, CookieLength);
            packet.Slice(query.CookieOffset, CookieSecrets.ClientLength).CopyTo(to[OptionHeader..]);
            BinaryPrimitives.WriteUInt64BigEndian(to[(OptionHeader + 8)..], query.ServerCookieHead);
            BinaryPrimitives.WriteUInt64LittleEndian(to[(OptionHeader + 16)..], query.ServerCookieHash);
            to = to[(OptionHeader + CookieLength)..];
        }
        if (query.KeepAlive != 0)
        {
            WriteOptionHeader(to, EdnsOption.TcpKeepAlive, KeepAliveLength);
            BinaryPrimitives.WriteUInt16BigEndian(to[OptionHeader..], query.KeepAlive);
            to = to[(OptionHeader + KeepAliveLength)..];
        }
        if (error != ExtendedError.None)
        {
            WriteOptionHeader(to, EdnsOption.ExtendedError, ExtendedErrorOption.Length(error));
            BinaryPrimitives.WriteUInt16BigEndian(to[OptionHeader..], ExtendedErrorOption.CodeOf(error));
            ExtendedErrorOption.TextOf(error).CopyTo(to[(OptionHeader + ExtendedErrorOption.CodeLength)..]);
            to = to[ErrorLength(error)..];
        }
        if (to.IsEmpty) return;
        WriteOptionHeader(to, EdnsOption.Padding, to.Length - OptionHeader);
        to[OptionHeader..].Clear();
    }

    private static void WriteOptionHeader(Span<byte> to, ushort code, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, code);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)length);
    }

    private static int SubnetLength(in Query query) => SubnetFixed + ((query.Subnet.SourcePrefixLength + 7) / 8);

    private static int NsidLength(ServerIdentity identity) => Math.Min(LongestNsid, Encoding.UTF8.GetByteCount(identity.Id));

    private static void WriteNsid(Span<byte> to, ServerIdentity identity)
    {
        to.Clear(); // what a cut inside a character leaves unwritten
        Utf8.FromUtf16(identity.Id, to, out _, out _);
    }
}

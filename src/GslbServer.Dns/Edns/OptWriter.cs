using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace GslbServer.Dns;

/// <summary>Writes the OPT record of a response (RFC 6891 section 6.1), with NSID (RFC 5001) and the Client Subnet (RFC 7871) where the query had them.</summary>
internal static class OptWriter
{
    private const int FixedLength = 11; // root owner, type, class, TTL, RDATA length
    private const int OptionHeader = 4;
    private const int SubnetFixed = 4;

    // So that header, question, OPT and every option fit in 512 octets together, whatever the node is called.
    private const int LongestNsid = 128;

    /// <summary>Octets that <see cref="Write"/> will need: 0 when the query had no OPT.</summary>
    public static int Length(in Query query, ServerIdentity? identity)
    {
        if (!query.HasEdns) return 0;
        int length = FixedLength;
        if (query.WantsNsid && identity is not null) length += OptionHeader + NsidLength(identity);
        if (query.Subnet.IsPresent) length += OptionHeader + SubnetLength(query);
        return length;
    }

    /// <param name="to">Exactly <see cref="Length"/> octets.</param>
    /// <param name="identity">Null leaves NSID out.</param>
    /// <param name="packet">The query, whose family, source length and address are echoed as they came.</param>
    public static void Write(Span<byte> to, ReadOnlySpan<byte> packet, in Query query, ServerIdentity? identity, Rcode rcode, byte scopePrefixLength)
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
        }
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

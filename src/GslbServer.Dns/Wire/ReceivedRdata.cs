namespace GslbServer.Dns;

/// <summary>RDATA of a received record with its names spelled out, judged by the shape that its type demands.</summary>
internal static class ReceivedRdata
{
    /// <param name="at">Where it begins in the packet.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="rdata">Room for <see cref="DnsLimits.RdataLength"/> octets and two names more, which pointers may have stood for.</param>
    /// <returns>Octets of it; -1 where it is none of its type.</returns>
    public static int TryRead(ReadOnlySpan<byte> packet, int at, int end, RecordType type, Span<byte> rdata)
    {
        ReadOnlySpan<byte> data = packet[at..end];
        // Names may be compressed in the types of RFC 1035, and a careful reader takes them in some others (RFC 3597 section 4).
        RdataLayout layout = RdataLayout.Folded(type);
        int written;
        if (layout.Names == 0)
        {
            data.CopyTo(rdata);
            written = data.Length;
        }
        else
        {
            if (data.Length < layout.Fixed) return -1;
            data[..layout.Fixed].CopyTo(rdata);
            written = layout.Fixed;
            at += layout.Fixed;
            for (int i = 0; i < layout.Names; i++)
            {
                int length = at < end ? WireName.TryExpand(packet, ref at, rdata[written..]) : -1;
                if (length < 0 || at > end) return -1;
                written += length;
            }
            packet[at..end].CopyTo(rdata[written..]);
            written += end - at;
            if (written > DnsLimits.RdataLength) return -1;
        }
        ReadOnlySpan<byte> whole = rdata[..written];
        bool isGood = type switch
        {
            RecordType.A => written == 4,
            RecordType.AAAA => written == 16,
            RecordType.NS or RecordType.CNAME or RecordType.PTR or RecordType.DNAME => RdataLayout.NameLength(whole) == written,
            _ => (RdataShape.Of(type) is null || RdataText.TryFormat(type, whole, out _)) && RdataRules.Violation(type, whole) is null,
        };
        return isGood ? written : -1;
    }
}

namespace GslbServer.Dns;

/// <summary>Names in received messages.</summary>
internal static class WireName
{
    /// <summary>Spells out the name at <paramref name="offset"/>, its pointers followed, and moves behind it.</summary>
    /// <param name="name">At least <see cref="DomainName.MaxLength"/> octets.</param>
    /// <returns>Octets of the name; -1 where it is cut, too long, or its pointers do not lead backwards (RFC 1035 section 4.1.4).</returns>
    public static int TryExpand(ReadOnlySpan<byte> packet, ref int offset, Span<byte> name)
    {
        int length = 0, at = offset, behind = -1;
        int lowest = offset; // each pointer leads before where the last began, so that there is no loop
        while (at < packet.Length)
        {
            int label = packet[at];
            if (label >= 0xC0)
            {
                if (at + 1 >= packet.Length) return -1;
                int target = ((label & 0x3F) << 8) | packet[at + 1];
                if (target >= lowest || target < MessageLimits.Header) return -1;
                if (behind < 0) behind = at + 2;
                at = lowest = target;
                continue;
            }
            if (label > 63 || length + label + 1 > DomainName.MaxLength || at + label >= packet.Length) return -1;
            packet.Slice(at, label + 1).CopyTo(name[length..]);
            length += label + 1;
            at += label + 1;
            if (label > 0) continue;
            offset = behind < 0 ? at : behind;
            return length;
        }
        return -1;
    }
}

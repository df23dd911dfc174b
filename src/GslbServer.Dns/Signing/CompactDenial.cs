namespace GslbServer.Dns;

/// <summary>Names right behind other names, for the NSEC of compact denial (RFC 9824 section 3): between the two there is none.</summary>
internal static class CompactDenial
{
    /// <summary>What a name has that does not exist: NXNAME says so (RFC 9824 section 3.1).</summary>
    public static readonly byte[] NoName = TypeBitmap.Of([RecordType.RRSIG, RecordType.NSEC, RecordType.NXNAME]);

    /// <summary>The first name behind this one in canonical order (RFC 4471 section 3.1.2), in lower case.</summary>
    public static byte[] Successor(ReadOnlySpan<byte> name)
    {
        byte[] lower = new byte[name.Length];
        NameOctets.ToLower(name, lower);
        if (lower.Length + 2 <= MessageLimits.Name) return [1, 0, .. lower];
        // No room for a label below: the next sibling then, or that of the parent.
        int first = lower[0];
        if (lower.Length < MessageLimits.Name && first < 63) return [(byte)(first + 1), .. lower[1..(first + 1)], 0, .. lower[(first + 1)..]];
        for (int at = first; at > 0; at--)
        {
            if (lower[at] == byte.MaxValue) continue;
            // Upper case counts as lower: behind '@' comes '['.
            byte next = lower[at] == '@' ? (byte)'[' : (byte)(lower[at] + 1);
            return [(byte)at, .. lower[1..at], next, .. lower[(first + 1)..]];
        }
        return Successor(lower.AsSpan(first + 1));
    }
}

using System.Runtime.CompilerServices;

namespace GslbServer;

/// <summary>The ones' complement sum of RFC 1071, in the machine's own octet order (section 2 B): the sum of what stands in memory is the sum of what stood on the wire.</summary>
internal static unsafe class InternetChecksum
{
    /// <summary>Adds octets, of which there may be an odd number, to an unfolded sum.</summary>
    public static ulong Add(ulong sum, byte* at, int length)
    {
        for (; length >= 8; length -= 8, at += 8)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(at);
            sum += (uint)word + (word >> 32);
        }

        if ((length & 4) != 0)
        {
            sum += Unsafe.ReadUnaligned<uint>(at);
            at += 4;
        }

        if ((length & 2) != 0)
        {
            sum += Unsafe.ReadUnaligned<ushort>(at);
            at += 2;
        }

        return (length & 1) != 0 ? sum + *at : sum;
    }

    /// <summary>The sum in 16 bits, not complemented.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }
}

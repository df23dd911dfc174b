using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The numbers of an SOA (RFC 1035 section 3.3.13): the serial, and seconds.</summary>
public readonly record struct SoaRdata(uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum)
{
    /// <param name="rdata">Well-formed; the five numbers are its last 20 octets.</param>
    public static SoaRdata Read(ReadOnlySpan<byte> rdata)
    {
        ReadOnlySpan<byte> numbers = rdata[^20..];
        return new(At(numbers, 0), At(numbers, 4), At(numbers, 8), At(numbers, 12), At(numbers, 16));
    }

    /// <summary>The same RDATA with another serial.</summary>
    internal static byte[] WithSerial(ReadOnlySpan<byte> rdata, uint serial)
    {
        byte[] copy = rdata.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(copy.Length - 20), serial);
        return copy;
    }

    private static uint At(ReadOnlySpan<byte> numbers, int offset) => BinaryPrimitives.ReadUInt32BigEndian(numbers[offset..]);
}

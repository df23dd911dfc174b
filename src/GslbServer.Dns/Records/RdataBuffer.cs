using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>RDATA while it is being written. What does not fit is counted, not kept: <see cref="IsTooLong"/> says so at the end.</summary>
internal sealed class RdataBuffer(int capacity = DnsLimits.RdataLength)
{
    private readonly byte[] _octets = new byte[capacity];

    public int Length { get; private set; }

    public bool IsTooLong => Length > _octets.Length;

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Math.Min(Length, _octets.Length));

    public void Clear() => Length = 0;

    public void WriteUInt8(uint value)
    {
        if (Length < _octets.Length)
            _octets[Length] = (byte)value;
        Length++;
    }

    public void WriteUInt16(uint value)
    {
        WriteUInt8(value >> 8);
        WriteUInt8(value);
    }

    public void WriteUInt32(uint value)
    {
        if (Length + 4 <= _octets.Length)
            BinaryPrimitives.WriteUInt32BigEndian(_octets.AsSpan(Length), value);
        Length += 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(scoped ReadOnlySpan<byte> octets)
    {
        if (Length + octets.Length <= _octets.Length)
            octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }

    /// <summary>Sets an octet that was written as a placeholder.</summary>
    public void Patch(int at, byte value)
    {
        if (at < _octets.Length)
            _octets[at] = value;
    }
}

using System.Buffers.Binary;
using System.Net;

namespace GslbServer.Dns;

/// <summary>The Client Subnet option of a query (RFC 7871).</summary>
/// <param name="Address">Left-aligned: IPv4 stands in the upper 32 bits. Bits beyond the prefix are zero.</param>
public readonly record struct ClientSubnet(bool IsPresent, bool IsIPv6, UInt128 Address, byte SourcePrefixLength)
{
    private const ushort FamilyNone = 0;
    private const ushort FamilyIPv4 = 1;
    private const ushort FamilyIPv6 = 2;

    /// <summary>Parses the option's data: family (2 octets), source prefix length (1), scope prefix length (1), address (0..16).</summary>
    /// <returns><see cref="Rcode.FormErr"/> if the family or a length is wrong, scope is not 0, or bits beyond the prefix are set (RFC 7871 section 7.1.2).</returns>
    /// <remarks>Family 0 with nothing in it is taken as IPv4 of length 0, as BIND does: <c>dig +subnet=0</c> sends it to say "no subnet".</remarks>
    public static Rcode TryParse(ReadOnlySpan<byte> data, out ClientSubnet subnet)
    {
        subnet = default;
        if (data.Length < 4) return Rcode.FormErr;
        int bits = BinaryPrimitives.ReadUInt16BigEndian(data) switch
        {
            FamilyNone => 0,
            FamilyIPv4 => 32,
            FamilyIPv6 => 128,
            _ => -1,
        };
        byte source = data[2];
        byte scope = data[3];
        ReadOnlySpan<byte> octets = data[4..];
        if (source > bits || scope != 0 || octets.Length != (source + 7) / 8) return Rcode.FormErr;

        ulong upper = LeftAligned(octets[..Math.Min(8, octets.Length)]);
        ulong lower = octets.Length > 8 ? LeftAligned(octets[8..]) : 0;
        if ((upper & Beyond(source)) != 0 || (lower & Beyond(source - 64)) != 0) return Rcode.FormErr;
        subnet = new ClientSubnet(true, bits == 128, new UInt128(upper, lower), source);
        return Rcode.NoError;
    }

    private static ulong LeftAligned(ReadOnlySpan<byte> octets)
    {
        ulong bits = 0;
        for (int i = 0; i < octets.Length; i++) bits |= (ulong)octets[i] << (56 - (8 * i));
        return bits;
    }

    /// <summary>The bits of 64 behind the first <paramref name="prefixLength"/>, which may be less than 0 or more than 64.</summary>
    private static ulong Beyond(int prefixLength) => prefixLength switch
    {
        <= 0 => ulong.MaxValue,
        >= 64 => 0,
        _ => ulong.MaxValue >> prefixLength,
    };

    /// <summary>For people and logs.</summary>
    public IPNetwork ToNetwork()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Address);
        return new IPNetwork(new IPAddress(IsIPv6 ? octets : octets[..4]), SourcePrefixLength);
    }
}

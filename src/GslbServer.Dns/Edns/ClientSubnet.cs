using System.Net;

namespace GslbServer.Dns;

/// <summary>The Client Subnet option of a query (RFC 7871).</summary>
/// <param name="Address">Left-aligned: IPv4 stands in the upper 32 bits. Bits beyond the prefix are zero.</param>
public readonly record struct ClientSubnet(bool IsPresent, bool IsIPv6, UInt128 Address, byte SourcePrefixLength)
{
    /// <summary>Parses the option's data: family (2 octets), source prefix length (1), scope prefix length (1), address (0..16).</summary>
    /// <returns><see cref="Rcode.FormErr"/> if the family or a length is wrong, scope is not 0, or bits beyond the prefix are set (RFC 7871 section 7.1.2).</returns>
    public static Rcode TryParse(ReadOnlySpan<byte> data, out ClientSubnet subnet) => throw new NotImplementedException();

    /// <summary>For people and logs.</summary>
    public IPNetwork ToNetwork() => throw new NotImplementedException();
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace GslbServer.Balancer;

/// <summary>Whose bucket it is, in 64 bits that all balancers of a region agree on.</summary>
internal static class LimitKey
{
    /// <summary>In ::/8, which no client has: IPv4 addresses and IPv6 networks never meet.</summary>
    private const ulong IPv4 = 1UL << 32;

    public static ulong Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork) return IPv4 | BinaryPrimitives.ReadUInt32BigEndian(octets);
        return address.IsIPv4MappedToIPv6 ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(octets[12..]) : BinaryPrimitives.ReadUInt64BigEndian(octets);
    }

    /// <summary>A cryptographic hash, so that nobody can find a key that shares another's bucket.</summary>
    public static ulong Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}

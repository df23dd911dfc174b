using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace GslbServer.Balancer;

/// <summary>The value of a sticky cookie: which backend, until when, and the balancer's signature, 38 characters of base64url. It is worth nothing in another cluster.</summary>
/// <remarks>Octets: hash of the backend's name (8), expiry in seconds since 1970 (4), tag (16: half of HMAC-SHA256, RFC 2104 section 5). The tag is also over the hash of the cluster's name.</remarks>
internal readonly record struct StickyCookie(ulong Backend, DateTimeOffset Expires)
{
    private const int ClusterOctets = 8, BackendOctets = 8, ExpiryOctets = 4, TagOctets = 16;
    private const int SignedOctets = BackendOctets + ExpiryOctets, ValueOctets = SignedOctets + TagOctets, ValueCharacters = 38;

    public string Write(ulong cluster, CookieKeys keys)
    {
        Span<byte> octets = stackalloc byte[ClusterOctets + ValueOctets];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, cluster);
        BinaryPrimitives.WriteUInt64LittleEndian(octets[ClusterOctets..], Backend);
        BinaryPrimitives.WriteUInt32LittleEndian(octets[(ClusterOctets + BackendOctets)..], (uint)Expires.ToUnixTimeSeconds());
        keys.Sign(octets[..(ClusterOctets + SignedOctets)], octets[(ClusterOctets + SignedOctets)..]);
        return Base64Url.EncodeToString(octets[ClusterOctets..]);
    }

    /// <returns>False for what was not signed with one of the keys for this cluster. Whether it has expired is for the caller to say.</returns>
    public static bool TryRead(string? value, ulong cluster, CookieKeys keys, out StickyCookie cookie)
    {
        cookie = default;
        Span<byte> octets = stackalloc byte[ClusterOctets + ValueOctets];
        if (value?.Length != ValueCharacters || Base64Url.DecodeFromChars(value, octets[ClusterOctets..], out _, out int written) != OperationStatus.Done || written != ValueOctets) return false;
        BinaryPrimitives.WriteUInt64LittleEndian(octets, cluster);
        if (!keys.Verifies(octets[..(ClusterOctets + SignedOctets)], octets[(ClusterOctets + SignedOctets)..])) return false;
        uint expires = BinaryPrimitives.ReadUInt32LittleEndian(octets[(ClusterOctets + BackendOctets)..]);
        cookie = new(BinaryPrimitives.ReadUInt64LittleEndian(octets[ClusterOctets..]), DateTimeOffset.FromUnixTimeSeconds(expires));
        return true;
    }
}

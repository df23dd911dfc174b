using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>DS: what the parent of a zone publishes of a key (RFC 4034 section 5). CDS has the same RDATA (RFC 7344 section 3.1).</summary>
public static class DelegationSigner
{
    /// <summary>SHA-256 (RFC 4509).</summary>
    public const byte Sha256 = 2;

    /// <summary>SHA-384 (RFC 6605).</summary>
    public const byte Sha384 = 4;

    /// <summary>The one CDS of a zone that asks its parent to remove all DS (RFC 8078 section 4).</summary>
    public static readonly byte[] DeleteCds = [0, 0, 0, 0, 0];

    /// <summary>The CDNSKEY beside <see cref="DeleteCds"/>.</summary>
    public static readonly byte[] DeleteCdnskey = [0, 0, 3, 0, 0];

    /// <param name="digestType"><see cref="Sha256"/> or <see cref="Sha384"/>.</param>
    /// <returns>RDATA: key tag, algorithm, digest type, digest over owner name and DNSKEY RDATA.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another digest type.</exception>
    public static byte[] Of(DomainName apex, DnssecKey key, byte digestType)
    {
        byte[] data = [.. apex.ToLower().Wire, .. key.Rdata];
        byte[] digest = digestType switch
        {
            Sha256 => SHA256.HashData(data),
            Sha384 => SHA384.HashData(data),
            _ => throw new ArgumentOutOfRangeException(nameof(digestType), digestType, "expected 2 or 4"),
        };
        return [(byte)(key.Tag >> 8), (byte)key.Tag, (byte)key.Algorithm, digestType, .. digest];
    }
}

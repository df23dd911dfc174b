using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>Public keys and signatures as DNSKEY and RRSIG write them: RFC 3110 and 5702 for RSA, RFC 6605 for ECDSA.</summary>
internal static class PublicKeys
{
    public static byte[] Encode(ECParameters key) => [.. key.Q.X!, .. key.Q.Y!];

    public static byte[] Encode(RSAParameters key)
    {
        byte[] exponent = key.Exponent!;
        byte[] length = exponent.Length < 256 ? [(byte)exponent.Length] : [0, (byte)(exponent.Length >> 8), (byte)exponent.Length];
        return [.. length, .. exponent, .. key.Modulus!];
    }

    public static bool IsWellFormed(DnssecAlgorithm algorithm, ReadOnlySpan<byte> key)
        => algorithm == DnssecAlgorithm.RSASHA256 ? TryDecode(key, out _) : key.Length == 2 * CoordinateLength(algorithm);

    /// <returns>False for a wrong signature, and for a key or signature that is none.</returns>
    public static bool Verify(DnssecAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            return algorithm == DnssecAlgorithm.RSASHA256 ? VerifyRsa(key, data, signature) : VerifyEcdsa(algorithm, key, data, signature);
        }
        catch (CryptographicException)
        {
            return false; // a point beside the curve, a modulus of no size
        }
    }

    public static ECCurve CurveOf(DnssecAlgorithm algorithm) => algorithm == DnssecAlgorithm.ECDSAP256SHA256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;

    public static HashAlgorithmName HashOf(DnssecAlgorithm algorithm) => algorithm == DnssecAlgorithm.ECDSAP384SHA384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private static bool VerifyRsa(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!TryDecode(key, out RSAParameters parameters)) return false;
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool VerifyEcdsa(DnssecAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        int length = CoordinateLength(algorithm);
        if (key.Length != 2 * length || signature.Length != 2 * length) return false;
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = CurveOf(algorithm), Q = new ECPoint { X = key[..length].ToArray(), Y = key[length..].ToArray() } });
        return ecdsa.VerifyData(data, signature, HashOf(algorithm));
    }

    private static int CoordinateLength(DnssecAlgorithm algorithm) => algorithm == DnssecAlgorithm.ECDSAP256SHA256 ? 32 : 48;

    private static bool TryDecode(ReadOnlySpan<byte> key, out RSAParameters parameters)
    {
        parameters = default;
        if (key.Length < 3) return false;
        int length = key[0] > 0 ? key[0] : BinaryPrimitives.ReadUInt16BigEndian(key[1..]);
        key = key[(key[0] > 0 ? 1 : 3)..];
        if (length == 0 || key.Length <= length) return false;
        parameters = new RSAParameters { Exponent = key[..length].ToArray(), Modulus = key[length..].ToArray() };
        return true;
    }
}

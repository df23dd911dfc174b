using System.Globalization;
using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>Private keys as BIND writes them: <c>Private-key-format: v1.3</c>, then a field per line, numbers in Base64.</summary>
public static class PrivateKeyText
{
    private static readonly string[] RsaFields = ["Modulus", "PublicExponent", "PrivateExponent", "Prime1", "Prime2", "Exponent1", "Exponent2", "Coefficient"];

    /// <summary>Makes a new key.</summary>
    /// <param name="rsaBits">Of an RSA key; else not looked at.</param>
    /// <returns>The key, and the lines that hold it.</returns>
    public static (DnssecKey Key, string Fields) Create(DnssecAlgorithm algorithm, ushort flags, int rsaBits = 2048)
    {
        if (algorithm == DnssecAlgorithm.RSASHA256)
        {
            using var rsa = RSA.Create(rsaBits);
            return (DnssecKey.From(rsa, flags), FieldsOf(rsa.ExportParameters(true)));
        }
        using var ecdsa = ECDsa.Create(PublicKeys.CurveOf(algorithm));
        return (DnssecKey.From(ecdsa, flags), FieldsOf(algorithm, ecdsa.ExportParameters(true)));
    }

    /// <summary>The key that these fields hold; its public part must be <paramref name="key"/>.</summary>
    /// <param name="error">What is wrong, for people; null otherwise.</param>
    /// <returns>Null when they hold none, or that of another key.</returns>
    public static DnssecKey? Read(IReadOnlyDictionary<string, string> fields, DnssecKey key, out string? error)
    {
        error = null;
        try
        {
            string number = fields.GetValueOrDefault("Algorithm", "").Split(' ')[0];
            if (!byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out byte algorithm) || algorithm != (byte)key.Algorithm)
            {
                error = $"holds a private key of algorithm {(number.Length == 0 ? "?" : number)}; its .key file says {(byte)key.Algorithm}";
                return null;
            }
            DnssecKey whole = key.Algorithm == DnssecAlgorithm.RSASHA256 ? ReadRsa(fields, key) : ReadEcdsa(fields, key);
            ReadOnlySpan<byte> probe = "gslb"u8;
            if (whole.IsSame(key) && key.Verify(probe, whole.Sign(probe))) return whole;
            error = "holds a private key that does not belong to the public key in its .key file";
        }
        catch (KeyNotFoundException)
        {
            error = $"lacks fields of a key of algorithm {(byte)key.Algorithm}; expected {(key.Algorithm == DnssecAlgorithm.RSASHA256 ? string.Join(' ', RsaFields) : "PrivateKey")}";
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            error = "holds no usable private key, or one that does not belong to the public key in its .key file";
        }
        return null;
    }

    private static DnssecKey ReadEcdsa(IReadOnlyDictionary<string, string> fields, DnssecKey key)
    {
        byte[] secret = Convert.FromBase64String(fields["PrivateKey"]);
        ReadOnlySpan<byte> point = key.PublicKey;
        int length = point.Length / 2;
        if (secret.Length > length) throw new FormatException();
        byte[] padded = [.. new byte[length - secret.Length], .. secret];
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = PublicKeys.CurveOf(key.Algorithm),
            D = padded,
            Q = new ECPoint { X = point[..length].ToArray(), Y = point[length..].ToArray() },
        });
        return DnssecKey.From(ecdsa, key.Flags);
    }

    private static DnssecKey ReadRsa(IReadOnlyDictionary<string, string> fields, DnssecKey key)
    {
        byte[][] numbers = [.. RsaFields.Select(f => Convert.FromBase64String(fields[f]).AsSpan().TrimStart((byte)0).ToArray())];
        int length = numbers[0].Length, half = (length + 1) / 2;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = numbers[0],
            Exponent = numbers[1],
            D = Padded(numbers[2], length),
            P = Padded(numbers[3], half),
            Q = Padded(numbers[4], half),
            DP = Padded(numbers[5], half),
            DQ = Padded(numbers[6], half),
            InverseQ = Padded(numbers[7], half),
        });
        return DnssecKey.From(rsa, key.Flags);
    }

    /// <summary>.NET wants every number as long as the modulus has it, or half.</summary>
    private static byte[] Padded(byte[] number, int length) => number.Length > length ? throw new FormatException() : [.. new byte[length - number.Length], .. number];

    private static string FieldsOf(DnssecAlgorithm algorithm, ECParameters key) => $"Algorithm: {(byte)algorithm} ({algorithm})\nPrivateKey: {Convert.ToBase64String(key.D!)}\n";

    private static string FieldsOf(RSAParameters key)
    {
        byte[][] numbers = [key.Modulus!, key.Exponent!, key.D!, key.P!, key.Q!, key.DP!, key.DQ!, key.InverseQ!];
        return $"Algorithm: 8 (RSASHA256)\n{string.Concat(RsaFields.Zip(numbers, (name, value) => $"{name}: {Convert.ToBase64String(value)}\n"))}";
    }
}

namespace GslbServer.Dns;

/// <summary>Numbers that master files may write as words, beside types and classes.</summary>
internal static class Mnemonics
{
    /// <summary>IANA "DNS Security Algorithm Numbers".</summary>
    private static readonly (string Name, byte Number)[] Algorithms =
    [
        ("DELETE", 0), ("RSAMD5", 1), ("DH", 2), ("DSA", 3), ("RSASHA1", 5), ("NSEC3DSA", 6), ("DSA-NSEC3-SHA1", 6), ("NSEC3RSASHA1", 7),
        ("RSASHA1-NSEC3-SHA1", 7), ("RSASHA256", 8), ("RSASHA512", 10), ("ECCGOST", 12), ("ECC-GOST", 12), ("ECDSAP256SHA256", 13),
        ("ECDSAP384SHA384", 14), ("ED25519", 15), ("ED448", 16), ("INDIRECT", 252), ("PRIVATEDNS", 253), ("PRIVATEOID", 254),
    ];

    /// <summary>RFC 4398 section 2.1.</summary>
    private static readonly (string Name, ushort Number)[] CertificateTypes =
    [
        ("PKIX", 1), ("SPKI", 2), ("PGP", 3), ("IPKIX", 4), ("ISPKI", 5), ("IPGP", 6), ("ACPKIX", 7), ("IACPKIX", 8), ("URI", 253), ("OID", 254),
    ];

    public static bool TryParseAlgorithm(ReadOnlySpan<char> text, out uint number)
    {
        foreach ((string name, byte value) in Algorithms)
        {
            if (!text.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            number = value;
            return true;
        }
        number = 0;
        return false;
    }

    public static bool TryParseCertificateType(ReadOnlySpan<char> text, out uint number)
    {
        foreach ((string name, ushort value) in CertificateTypes)
        {
            if (!text.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            number = value;
            return true;
        }
        number = 0;
        return false;
    }
}

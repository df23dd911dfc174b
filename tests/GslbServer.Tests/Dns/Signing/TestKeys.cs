using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>Keys for zones of tests.</summary>
internal static class TestKeys
{
    private static readonly DnssecKey KeySigner = Make(DnssecAlgorithm.ECDSAP256SHA256, DnssecKey.SecureEntryPoint);
    private static readonly DnssecKey ZoneSigner = Make(DnssecAlgorithm.ECDSAP256SHA256, DnssecKey.ZoneKey);

    /// <summary>One key-signing and one zone-signing key, the same for all tests.</summary>
    public static ZoneKeySet Pair { get; } = Of(KeySigner, ZoneSigner);

    public static DnssecKey Make(DnssecAlgorithm algorithm, ushort flags)
    {
        if (algorithm == DnssecAlgorithm.RSASHA256)
        {
            using var rsa = RSA.Create(2048);
            return DnssecKey.From(rsa, flags);
        }
        using var ecdsa = ECDsa.Create(algorithm == DnssecAlgorithm.ECDSAP256SHA256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        return DnssecKey.From(ecdsa, flags);
    }

    public static ZoneKeySet Of(DnssecKey keySigner, DnssecKey zoneSigner) => new() { Published = [keySigner, zoneSigner], KeySigners = [keySigner], ZoneSigners = [zoneSigner] };
}

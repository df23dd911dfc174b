using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

public sealed class DnssecKeyTests
{
    // RFC 6605 section 6.1.
    private const string PublicKey = "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==";

    private const string PrivateKey = "GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=";

    public static TheoryData<DnssecAlgorithm> Algorithms => [DnssecAlgorithm.RSASHA256, DnssecAlgorithm.ECDSAP256SHA256, DnssecAlgorithm.ECDSAP384SHA384];

    [Fact]
    public void The_example_of_RFC_6605_has_its_tag_and_its_DS()
    {
        var key = DnssecKey.FromPublic(257, DnssecAlgorithm.ECDSAP256SHA256, Convert.FromBase64String(PublicKey));

        Assert.Equal(55648, key.Tag);
        Assert.True(key.IsSecureEntryPoint);
        Assert.False(key.CanSign);
        Assert.Equal("D9600D02" + "B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17",
            Convert.ToHexString(DelegationSigner.Of(DomainName.Parse("Example.NET."), key, DelegationSigner.Sha256)));
    }

    [Fact]
    public void A_private_key_brings_its_public_key()
    {
        byte[] point = Convert.FromBase64String(PublicKey);
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromBase64String(PrivateKey), Q = new ECPoint { X = point[..32], Y = point[32..] } });

        var key = DnssecKey.From(ecdsa, DnssecKey.SecureEntryPoint);

        Assert.Equal(55648, key.Tag);
        Assert.True(key.CanSign);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_a_key_signs_its_public_part_verifies(DnssecAlgorithm algorithm)
    {
        DnssecKey key = TestKeys.Make(algorithm, DnssecKey.ZoneKey);
        var known = DnssecKey.FromRdata(key.Rdata);
        byte[] data = [1, 2, 3], signature = key.Sign(data);

        Assert.Equal(algorithm switch { DnssecAlgorithm.ECDSAP256SHA256 => 64, DnssecAlgorithm.ECDSAP384SHA384 => 96, _ => 256 }, signature.Length);
        Assert.True(known.Verify(data, signature));
        Assert.False(known.Verify([1, 2, 4], signature));
        Assert.False(known.Verify(data, signature[1..]));
        Assert.Throws<InvalidOperationException>(() => known.Sign(data));
    }

    [Fact]
    public void A_key_signs_on_several_threads_at_once()
    {
        DnssecKey key = TestKeys.Make(DnssecAlgorithm.ECDSAP256SHA256, DnssecKey.ZoneKey);
        byte[][] signatures = new byte[64][];
        Parallel.For(0, signatures.Length, i => signatures[i] = key.Sign([(byte)i]));
        Assert.All(signatures.Index(), s => Assert.True(key.Verify([(byte)s.Index], s.Item)));
    }

    [Theory]
    [InlineData("0100", "no RDATA of a DNSKEY")]
    [InlineData("010002080102030405", "no RDATA of a DNSKEY")]
    [InlineData("010003050102030405", "algorithm 5")]
    [InlineData("0100030D0102030405", "no public key of algorithm 13")]
    [InlineData("0100030803010203", "no public key of algorithm 8")]
    public void Rejects_what_is_no_key(string rdata, string because)
        => Assert.Contains(because, Assert.Throws<ArgumentException>(() => DnssecKey.FromRdata(Convert.FromHexString(rdata))).Message);
}

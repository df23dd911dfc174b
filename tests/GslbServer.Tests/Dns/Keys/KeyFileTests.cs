using GslbServer.Dns;
using GslbServer.Tests.Dns.Signing;

namespace GslbServer.Tests.Dns.Keys;

public sealed class KeyFileTests
{
    private const string Public = """
        ; This is a key-signing key, keyid 46424, for example.org.
        ; Created: 20261129053416 (Sun Nov 29 05:34:16 2026)
        example.org. IN DNSKEY 257 3 13 {0}
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 29, 5, 34, 16, TimeSpan.Zero);

    [Theory]
    [InlineData(DnssecAlgorithm.ECDSAP256SHA256)]
    [InlineData(DnssecAlgorithm.ECDSAP384SHA384)]
    [InlineData(DnssecAlgorithm.RSASHA256)]
    public void A_key_comes_back_as_it_was_written(DnssecAlgorithm algorithm)
    {
        ZoneKey key = Make(algorithm, new KeyTimes(Now, Now, Now.AddDays(1), Now.AddDays(2), Now.AddDays(3), Now.AddDays(4), Now.AddDays(5)));
        ZoneKey? back = KeyFileText.Read(KeyFileText.Public(key), KeyFileText.Private(key), out string? error, out _);
        Assert.Null(error);
        Assert.Equal(key.Times, back!.Times);
        Assert.Equal(key.PrivateFields, back.PrivateFields);
        Assert.True(back.Key.IsSame(key.Key));
        Assert.True(key.Key.Verify("x"u8, back.Key.Sign("x"u8)));
    }

    [Fact]
    public void Without_a_private_file_the_times_are_those_of_the_comments()
    {
        ZoneKey key = Make(DnssecAlgorithm.ECDSAP256SHA256, new KeyTimes(Now, Now, Now.AddDays(1)));
        ZoneKey? back = KeyFileText.Read(KeyFileText.Public(key), null, out _, out _);
        Assert.Equal(key.Times, back!.Times);
        Assert.False(back.Key.CanSign);
    }

    [Fact]
    public void A_key_without_any_times_signs() => Assert.Equal(KeyState.Active, new KeyTimes().StateAt(Now));

    [Theory]
    [InlineData("Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n", "lacks fields")]
    [InlineData("Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\n", "holds a private key of algorithm 8; its .key file says 13")]
    [InlineData("Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: !!!\n", "holds no usable private key")]
    [InlineData("Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: h79bP/QiD7oH9C5kc0urC6qeJqlf43/4j1GZ23y6I8E=\n", "does not belong to the public key")]
    [InlineData("nonsense", "is no private key; expected a first line")]
    public void Rejects_private_files(string text, string expected)
    {
        ZoneKey key = Make(DnssecAlgorithm.ECDSAP256SHA256, new KeyTimes(Now));
        Assert.Null(KeyFileText.Read(KeyFileText.Public(key), text, out string? error, out bool isPrivate));
        Assert.Contains(expected, error);
        Assert.True(isPrivate);
    }

    [Theory]
    [InlineData("", "holds no key; expected one DNSKEY record")]
    [InlineData("example.org. IN A 192.0.2.1", "holds no key")]
    [InlineData("example.org. IN DNSKEY 257 3 5 AwEAAcA=", "algorithm 5; expected 8, 13 or 14")]
    [InlineData("example.org. IN DNSKEY 257 3 13 AwEAAcA=", "no public key of algorithm 13")]
    [InlineData("; Publish: tomorrow\nexample.org. IN DNSKEY 257 3 13 {0}", "Publish: \"tomorrow\" is no time; expected YYYYMMDDHHMMSS")]
    [InlineData("example.org. IN DNSKEY 384 3 13 {0}", "has flags 384; expected 256 or 257")]
    public void Rejects_public_files(string text, string expected)
    {
        string key = Convert.ToBase64String(TestKeys.Pair.KeySigners[0].PublicKey);
        Assert.Null(KeyFileText.Read(text.Replace("{0}", key, StringComparison.Ordinal), null, out string? error, out bool isPrivate));
        Assert.Contains(expected, error);
        Assert.False(isPrivate);
    }

    [Fact]
    public void Comments_may_stand_anywhere()
    {
        string key = Convert.ToBase64String(TestKeys.Pair.KeySigners[0].PublicKey);
        Assert.NotNull(KeyFileText.Read(Public.Replace("{0}", key, StringComparison.Ordinal) + " ; alg = ECDSAP256SHA256\n", null, out string? error, out _));
        Assert.Null(error);
    }

    private static ZoneKey Make(DnssecAlgorithm algorithm, KeyTimes times) => KeyBundleMaker.Make(KeyWorld.Zone, new NewKey(DnssecKey.SecureEntryPoint, algorithm, times), []);
}

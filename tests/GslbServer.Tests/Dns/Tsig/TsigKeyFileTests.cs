using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Files of keys in BIND's form.</summary>
public sealed class TsigKeyFileTests
{
    private const string Secret = "6rFpLpdIcHwGzAy0Er7+pnBx5KoSK34cBF/SZ06SkEk=";

    [Fact]
    public void Reads_what_tsig_keygen_prints_with_comments_of_every_kind()
    {
        IReadOnlyList<TsigKey> keys = TsigKeyFile.Read("keys", $$"""
            # one
            key "xfer.example" {
            	algorithm hmac-sha256; // two
            	secret "{{Secret}}";
            };
            /* three
               lines */ key other { secret "{{Secret}}"; algorithm HMAC-SHA512; };
            """, out IReadOnlyList<ZoneDiagnostic> errors);
        Assert.Empty(errors);
        Assert.Equal(["xfer.example. hmac-sha256", "other. hmac-sha512"], keys.Select(k => k.ToString()));
        Assert.Equal(Convert.FromBase64String(Secret), keys[0].Secret);
    }

    [Theory]
    [InlineData("", "keys:1:1: no key")]
    [InlineData("key \"a\" { algorithm hmac-md5; secret \"" + Secret + "\"; };", "keys:1:21: algorithm \"hmac-md5\" is not served; expected hmac-sha256 or hmac-sha384 or hmac-sha512")]
    [InlineData("key \"a\" {\n algorithm hmac-sha256;\n secret \"nonsense!\"; };", "keys:3:9: the secret is not base 64")]
    [InlineData("key \"a\" {\n algorithm hmac-sha256;\n secret \"AAAA\"; };", "keys:3:9: a secret of 3 octets; expected 16 to 128")]
    [InlineData("key \"a\" { secret \"" + Secret + "\"; };", "keys:1:5: key a. has no algorithm")]
    [InlineData("key \"a\" { algorithm hmac-sha256; };", "keys:1:5: key a. has no secret")]
    [InlineData("zone \"a\" { };", "keys:1:1: \"zone\" where a key begins")]
    [InlineData("key \"a..b\" { algorithm hmac-sha256; secret \"" + Secret + "\"; };", "keys:1:5: \"a..b\" is no name of a key")]
    [InlineData("key \"a\" { algorithm hmac-sha256; secret \"" + Secret + "\"", "the file ends inside a key; expected ;")]
    [InlineData("key \"a\" { algorithm hmac-sha256 secret", "keys:1:33: \"secret\"; expected ;")]
    [InlineData("key a { algorithm hmac-sha256; secret \"" + Secret + "\"; };\nkey A { algorithm hmac-sha256; secret \"" + Secret + "\"; };", "keys:2:5: key A. stands here twice")]
    [InlineData("key a { algorithm hmac-sha256; secret \"" + Secret + "\"; frobnicate yes; };", "\"frobnicate\" in a key; expected algorithm and secret")]
    public void Rejects(string text, string message)
    {
        TsigKeyFile.Read("keys", text, out IReadOnlyList<ZoneDiagnostic> errors);
        Assert.Contains(errors, e => e.ToString().Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        TsigKeyFile.Read("keys", "key a { algorithm hmac-md5; secret \"x\"; };\nkey b { };\nzone c;", out IReadOnlyList<ZoneDiagnostic> errors);
        Assert.Equal([1, 1, 2, 3], errors.Select(e => e.Position.Line));
    }
}

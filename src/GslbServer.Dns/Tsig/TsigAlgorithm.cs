using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>An HMAC that TSIG may use (RFC 8945 section 6). MD5, SHA-1 and the truncated forms are left out: nobody new should begin with them.</summary>
public sealed class TsigAlgorithm
{
    /// <summary>The longest MAC of all, in octets.</summary>
    internal const int MaxMac = 64;

    public static readonly IReadOnlyList<TsigAlgorithm> All =
    [
        new("hmac-sha256", HashAlgorithmName.SHA256, 32), new("hmac-sha384", HashAlgorithmName.SHA384, 48), new("hmac-sha512", HashAlgorithmName.SHA512, 64),
    ];

    private TsigAlgorithm(string text, HashAlgorithmName hash, int macLength)
    {
        Text = text;
        Name = DomainName.Parse(text + ".");
        Hash = hash;
        MacLength = macLength;
    }

    /// <summary>As configuration files write it, without a final dot.</summary>
    public string Text { get; }

    public DomainName Name { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>Octets.</summary>
    public int MacLength { get; }

    /// <summary>Null for one that is not ours.</summary>
    public static TsigAlgorithm? Find(string text) => All.FirstOrDefault(a => a.Text.Equals(text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));
}

using System.Security.Cryptography;
using System.Text;

namespace GslbServer;

/// <summary>One line of a token file, without the secret itself.</summary>
/// <param name="Name">Who holds it; null when the file does not say.</param>
/// <param name="Hash">SHA-256 of the token's octets; empty where a client certificate stands for it.</param>
/// <param name="Expires">From then on it is refused; null for never.</param>
internal sealed record AdminToken(string? Name, AdminRole Role, ReadOnlyMemory<byte> Hash, DateTimeOffset? Expires)
{
    /// <summary>In front of 64 hexadecimal digits, where a file has the hash instead of the token.</summary>
    public const string HashPrefix = "sha256:";

    /// <summary>In front of a name of a client certificate.</summary>
    public const string CertificatePrefix = "cert:";

    /// <summary>The client certificate that stands for a token, by one of its names; null for a token.</summary>
    public string? Certificate { get; init; }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>A new token of 256 random bits. Scanners for secrets that leaked find it by its beginning.</summary>
    public static string NewSecret() => "gslb_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>A line for the file: whoever reads it learns nothing that opens a door. Only for tokens with a name.</summary>
    public string ToLine() => $"{Name} {Role.Word()} {(Certificate is null ? HashPrefix + Convert.ToHexStringLower(Hash.Span) : CertificatePrefix + Certificate)}{(Expires is { } end ? $" expires={end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "")}";
}

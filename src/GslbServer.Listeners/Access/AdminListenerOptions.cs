using System.Net;

namespace GslbServer;

/// <summary>An admin listener as it was wanted.</summary>
public sealed record AdminListenerOptions(IPEndPoint EndPoint)
{
    /// <summary>Bearer tokens and their roles; null: state changes are taken from loopback alone.</summary>
    public string? TokenFile { get; init; }

    /// <summary>HTTPS; null for HTTP.</summary>
    public AdminTlsOptions? Tls { get; init; }

    /// <summary>Whether what changes nothing is told without a token, as health always is.</summary>
    public bool ReadOpen { get; init; } = true;
}

/// <summary>HTTPS on the admin listener. Files are PEM.</summary>
/// <param name="ClientAuthorityFile">Whose client certificates count; null where none are asked for.</param>
public sealed record AdminTlsOptions(string CertificateFile, string KeyFile, string? ClientAuthorityFile);

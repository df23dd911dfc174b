using System.Security.Authentication;

namespace GslbServer.Balancer;

/// <summary><c>Balancer:Tls</c>: certificates of all https endpoints that name none of their own in <c>Kestrel</c>. Files are watched; everything changes without a restart, but not whether there are any.</summary>
public sealed record TlsSettings : ICheckedSettings
{
    /// <summary>Chosen by the name that a client asks for. Of two for one name, the one that is valid longer.</summary>
    public IReadOnlyList<CertificateSettings> Certificates { get; init; } = [];

    /// <summary>A name whose certificate answers clients that ask for none, or for one that none is for. Null: the first certificate.</summary>
    public string? DefaultCertificate { get; init; }

    /// <summary>Clients that ask for no name, or one that no certificate is for, are refused.</summary>
    public bool StrictSni { get; init; }

    /// <summary>1.2 or 1.3.</summary>
    public string MinimumVersion { get; init; } = TlsVersion.Default;

    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>PEM file of the authorities that certify clients; no others are believed.</summary>
    public string? TrustedCa { get; init; }

    internal bool IsOn => Certificates.Count > 0;

    public IEnumerable<string> Errors(string path)
    {
        if (!TlsVersion.IsKnown(MinimumVersion)) yield return $"{path}:MinimumVersion: \"{MinimumVersion}\", expected 1.2 or 1.3";
        if (ClientCertificates != ClientCertificates.None && TrustedCa is null) yield return $"{path}:TrustedCa: missing, expected the authorities that certify clients";
        if (TrustedCa is { } ca && CertificateFile.AuthoritiesProblem(ca) is { } problem) yield return $"{path}:TrustedCa: {problem}";
        if (!IsOn && (DefaultCertificate is not null || StrictSni || ClientCertificates != ClientCertificates.None)) yield return $"{path}:Certificates: missing, nothing else here has a meaning without";
        if (DefaultCertificate is { } name && !ServerCertificates.Covers(Certificates, name)) yield return $"{path}:DefaultCertificate: \"{name}\", expected a name that one of the certificates is for";
    }
}

/// <summary>A certificate with its key: PEM (the chain may follow the certificate) or PKCS #12 (<c>.pfx</c>, <c>.p12</c>).</summary>
public sealed record CertificateSettings : ICheckedSettings
{
    public string Path { get; init; } = "";

    /// <summary>PEM. Null: the key stands in <see cref="Path"/>.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Of the key, or of the PKCS #12 file.</summary>
    public string? Password { get; init; }

    /// <summary>Names it is offered for. Empty: those it is for (subject alternative names).</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Two that say the same are one file.</summary>
    internal (string, string?, string?) Key => (Path, KeyPath, Password);

    public IEnumerable<string> Errors(string path)
    {
        if (Path.Length == 0) yield return $"{path}:Path: missing, expected a PEM or PKCS #12 file";
        else if (CertificateFile.Problem(this) is { } problem) yield return $"{path}: {problem}";
    }
}

public enum ClientCertificates
{
    None,

    /// <summary>Asked for; one that comes must be good.</summary>
    Optional,

    Required,
}

/// <summary>The oldest version of TLS that is spoken.</summary>
internal static class TlsVersion
{
    public const string Default = "1.2";

    public static bool IsKnown(string text) => text is "1.2" or "1.3";

    public static SslProtocols From(string minimum) => minimum == "1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
}

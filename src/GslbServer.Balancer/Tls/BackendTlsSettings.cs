namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:BackendTls</c>: how the balancer speaks TLS to destinations at <c>https://</c>. Files are watched; connections in use go on.</summary>
public sealed record BackendTlsSettings : ICheckedSettings
{
    /// <summary>Shows the backends who asks (mutual TLS). Null: nothing is shown.</summary>
    public CertificateSettings? ClientCertificate { get; init; }

    /// <summary>PEM file of the authorities that certify the backends; no others are believed. Null: the machine's.</summary>
    public string? TrustedCa { get; init; }

    /// <summary>The name that is asked for (SNI) and that the backend's certificate must be for. Null: the Host of the request.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether the certificate must be for that name.</summary>
    public bool CheckName { get; init; } = true;

    /// <summary>1.2 or 1.3.</summary>
    public string MinimumVersion { get; init; } = TlsVersion.Default;

    public IEnumerable<string> Errors(string path)
    {
        if (!TlsVersion.IsKnown(MinimumVersion)) yield return $"{path}:MinimumVersion: \"{MinimumVersion}\", expected 1.2 or 1.3";
        if (TrustedCa is { } ca && CertificateFile.AuthoritiesProblem(ca) is { } problem) yield return $"{path}:TrustedCa: {problem}";
        if (ServerName is { } name && Uri.CheckHostName(name) == UriHostNameType.Unknown) yield return $"{path}:ServerName: \"{name}\", expected a host name";
    }
}

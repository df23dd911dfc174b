namespace GslbServer.Balancer;

/// <summary>Which certificate answers a name: the exact one, then a wildcard of one label, then the default.</summary>
internal sealed class ServerCertificates
{
    private readonly Dictionary<string, CertificateFile> _byName = [];
    private readonly CertificateFile? _default;
    private readonly bool _isStrict;

    public ServerCertificates(TlsSettings settings, IReadOnlyList<CertificateFile> certificates)
    {
        _isStrict = settings.StrictSni;
        foreach (CertificateFile certificate in certificates)
        {
            foreach (string name in certificate.Names)
            {
                if (!_byName.TryGetValue(name, out CertificateFile? present) || present.Leaf.NotAfter < certificate.Leaf.NotAfter) _byName[name] = certificate;
            }
        }

        _default = settings.DefaultCertificate is { } chosen && Named(chosen) is { } named ? named : certificates.Count > 0 ? certificates[0] : null;
    }

    /// <param name="serverName">As the client asked; empty if it named none.</param>
    /// <returns>Null if it is to be refused.</returns>
    public CertificateFile? Find(string serverName) => (serverName.Length > 0 ? Named(serverName) : null) ?? (_isStrict ? null : _default);

    /// <summary>Whether one of these files is for a name; those that cannot be read are for none.</summary>
    public static bool Covers(IReadOnlyList<CertificateSettings> certificates, string name)
    {
        List<CertificateFile> files = [];
        foreach (CertificateSettings settings in certificates)
        {
            if (CertificateFile.TryLoad(settings, out CertificateFile? file, out _)) files.Add(file!);
        }

        return new ServerCertificates(new TlsSettings { StrictSni = true }, files).Find(name) is not null;
    }

    private CertificateFile? Named(string name)
    {
        string plain = name.TrimEnd('.').ToLowerInvariant();
        if (_byName.TryGetValue(plain, out CertificateFile? exact)) return exact;
        int dot = plain.IndexOf('.');
        return dot > 0 ? _byName.GetValueOrDefault("*" + plain[dot..]) : null;
    }
}

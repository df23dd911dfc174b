using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer;

/// <summary>Whom a command trusts on https, and by which certificate it shows who it is.</summary>
/// <param name="Authorities">Null: those of the system.</param>
/// <param name="Certificate">Null: none.</param>
internal sealed record AdminTrust(X509Certificate2Collection? Authorities, X509Certificate2? Certificate)
{
    public static readonly AdminTrust System = new(null, null);

    /// <exception cref="CliException">A file cannot be used.</exception>
    public static AdminTrust Read(string? authorities, string? certificate, string? key, string folder)
    {
        if (certificate is null && key is not null)
        {
            throw new CliException($"--key {key}: needs --cert too");
        }

        return authorities is null && certificate is null ? System : new AdminTrust(
            authorities is null ? null : Try("--ca", authorities, () => Roots(Path.GetFullPath(authorities, folder))),
            certificate is null ? null : Try("--cert", certificate, () => X509Certificate2.CreateFromPemFile(Path.GetFullPath(certificate, folder), key is null ? null : Path.GetFullPath(key, folder))));
    }

    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
        if (Authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities);
        }

        if (Certificate is not null)
        {
            options.ClientCertificates = [Certificate];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate;
        }

        return options;
    }

    private static X509Certificate2Collection Roots(string path)
    {
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(path);
        return roots.Count > 0 ? roots : throw new CryptographicException("no certificate in it, expected PEM");
    }

    private static T Try<T>(string flag, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CliException($"{flag} {file}: cannot be used: {e.Message}");
        }
    }
}

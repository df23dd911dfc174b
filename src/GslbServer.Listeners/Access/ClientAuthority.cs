using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer;

/// <summary>Whose client certificates count: the authorities of <c>--admin-client-ca</c>, replaced when the file changes. Nothing is fetched, so a certificate is revoked by taking its line out
/// of the token file.</summary>
internal sealed class ClientAuthority
{
    /// <summary>id-kp-clientAuth (RFC 5280 section 4.2.1.12).</summary>
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly string _file;
    private X509Certificate2Collection _roots;

    private ClientAuthority(string file, X509Certificate2Collection roots) => (_file, _roots) = (file, roots);

    /// <param name="problem">Why there is none.</param>
    public static ClientAuthority? Load(string file, out string problem) => Read(file, out problem) is { } roots ? new ClientAuthority(file, roots) : null;

    /// <returns>Why those before stay in force; null when the new ones are.</returns>
    public string? Reload()
    {
        if (Read(_file, out string problem) is not { } roots)
        {
            return $"{problem}; in force stay the authorities read before";
        }

        Volatile.Write(ref _roots, roots);
        return null;
    }

    /// <summary>For a handshake: a client without a certificate may come in and show a token.</summary>
    /// <param name="sent">The chain that the client sent, for its intermediates.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? sent)
    {
        if (certificate is null)
        {
            return true;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Volatile.Read(ref _roots));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        foreach (X509Certificate2 one in sent?.ChainElements.Select(element => element.Certificate) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(one);
        }

        return chain.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    /// <summary>What a line <c>cert:NAME</c> may call it by: the common name, then DNS names and addresses of mail in its subject alternative name.</summary>
    public static IReadOnlyList<string> NamesOf(X509Certificate2 certificate)
    {
        string[] all = [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), certificate.GetNameInfo(X509NameType.EmailName, forIssuer: false),
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())];
        return [.. all.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static X509Certificate2Collection? Read(string file, out string problem)
    {
        problem = "";
        try
        {
            X509Certificate2Collection roots = [];
            roots.ImportFromPemFile(file);
            if (roots.Count > 0)
            {
                return roots;
            }

            problem = $"{file}: no certificate in it, expected PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"{file}: no certificates of authorities, expected PEM: {e.Message}";
        }

        return null;
    }
}

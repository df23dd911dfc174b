using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer;

/// <summary>The certificate of encrypted listeners, replaced when its files change. Connections that are open keep the one they began with.</summary>
internal sealed class TlsCertificate
{
    private readonly string _certificate, _key;
    private SslStreamCertificateContext _current;
    private volatile IReadOnlyList<string> _names;

    private TlsCertificate(string certificate, string key, SslStreamCertificateContext first) => (_certificate, _key, _current, _names) = (certificate, key, first, NamesOf(first));

    public SslStreamCertificateContext Current => Volatile.Read(ref _current);

    /// <summary>The DNS names that it is for, wildcards apart.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Both files, for whoever watches them.</summary>
    public IReadOnlyList<string> Files => [_certificate, _key];

    /// <param name="problem">Why there is none.</param>
    public static TlsCertificate? Load(string certificate, string key, out string problem) =>
        TryLoad(certificate, key, out SslStreamCertificateContext? loaded, out problem) ? new TlsCertificate(certificate, key, loaded!) : null;

    /// <summary>Reads the pair again.</summary>
    /// <returns>Why the one before stays in force; null when the new one does.</returns>
    public string? Reload()
    {
        if (!TryLoad(_certificate, _key, out SslStreamCertificateContext? loaded, out string problem))
        {
            return $"{problem}; in force stays the certificate of {Current.TargetCertificate.Subject}, valid until {Current.TargetCertificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        }

        Volatile.Write(ref _current, loaded!);
        _names = NamesOf(loaded!);
        return null;
    }

    private static string[] NamesOf(SslStreamCertificateContext context) => [.. context.TargetCertificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        .SelectMany(names => names.EnumerateDnsNames()).Where(name => !name.Contains('*'))];

    private static bool TryLoad(string certificate, string key, out SslStreamCertificateContext? loaded, out string problem)
    {
        loaded = null;
        problem = "";
        try
        {
            // The first certificate of the file is the leaf (RFC 8446 section 4.4.2). Nothing is fetched to complete the chain.
            X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(certificate, key);
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(certificate);
            loaded = SslStreamCertificateContext.Create(leaf, [.. all.Skip(1)], offline: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problem = $"{certificate}, {key}: no certificate with its key, expected PEM: {e.Message}";
            return false;
        }
    }
}

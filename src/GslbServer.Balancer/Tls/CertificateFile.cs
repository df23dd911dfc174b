using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Balancer;

/// <summary>A certificate as read from its files.</summary>
/// <param name="Context">With the chain that stood in the file; nothing is fetched.</param>
/// <param name="Names">In lower case, <c>*.</c> among them.</param>
internal sealed record CertificateFile(SslStreamCertificateContext Context, IReadOnlyList<string> Names)
{
    public X509Certificate2 Leaf => Context.TargetCertificate;

    /// <summary>What is wrong with the files; null if nothing is.</summary>
    public static string? Problem(CertificateSettings settings)
    {
        TryLoad(settings, out _, out string problem);
        return problem.Length == 0 ? null : problem;
    }

    public static string? AuthoritiesProblem(string path)
    {
        TryLoadAuthorities(path, out _, out string problem);
        return problem.Length == 0 ? null : problem;
    }

    public static bool TryLoad(CertificateSettings settings, out CertificateFile? loaded, out string problem)
    {
        loaded = null;
        problem = "";
        try
        {
            X509Certificate2Collection all = IsPkcs12(settings.Path) ? X509CertificateLoader.LoadPkcs12CollectionFromFile(settings.Path, settings.Password) : Pem(settings);
            X509Certificate2? leaf = all.FirstOrDefault(certificate => certificate.HasPrivateKey);
            if (leaf is null) problem = $"{settings.Path}: no certificate with a private key";
            else
            {
                X509Certificate2Collection chain = [.. all.Where(certificate => certificate != leaf)];
                loaded = new CertificateFile(SslStreamCertificateContext.Create(leaf, chain, offline: true), settings.Names.Count > 0 ? [.. settings.Names.Select(Plain)] : NamesOf(leaf));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problem = error.Message.Contains(settings.Path, StringComparison.Ordinal) ? error.Message : $"{settings.Path}: {error.Message}";
        }

        return problem.Length == 0;
    }

    public static bool TryLoadAuthorities(string path, out X509Certificate2Collection authorities, out string problem)
    {
        authorities = [];
        problem = "";
        try
        {
            authorities.ImportFromPemFile(path);
            if (authorities.Count == 0) problem = $"{path}: no certificate in it";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = error.Message.Contains(path, StringComparison.Ordinal) ? error.Message : $"{path}: {error.Message}";
        }

        return problem.Length == 0;
    }

    /// <summary>The subject alternative names; the common name where there are none.</summary>
    public static string[] NamesOf(X509Certificate2 certificate)
    {
        string[] names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).Select(Plain)];
        return names.Length > 0 || certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is not { Length: > 0 } common ? names : [Plain(common)];
    }

    private static bool IsPkcs12(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12";

    private static X509Certificate2Collection Pem(CertificateSettings settings)
    {
        string key = settings.KeyPath ?? settings.Path;
        // The first certificate of the file is the leaf (RFC 8446 section 4.4.2).
        X509Certificate2 leaf = settings.Password is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(settings.Path, password, key) : X509Certificate2.CreateFromPemFile(settings.Path, key);
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(settings.Path);
        return [leaf, .. all.Skip(1)];
    }

    private static string Plain(string name) => name.TrimEnd('.').ToLowerInvariant();
}

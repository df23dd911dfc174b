using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>An authority of the test run, and certificates of it as PEM files.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        AuthorityPath = _folder.Write("authority.pem", _authority.ExportCertificatePem());
    }

    public string AuthorityPath { get; }

    public string PathOf(string file) => Path.Combine(_folder.Path, file);

    /// <summary>Writes <c>FILE.pem</c> and <c>FILE.key</c>, over those that are there.</summary>
    /// <returns>The certificate with its key.</returns>
    public X509Certificate2 Write(string file, string common, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={common}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using X509Certificate2 made = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        _folder.Write(file + ".pem", made.ExportCertificatePem());
        _folder.Write(file + ".key", key.ExportPkcs8PrivateKeyPem());
        return X509Certificate2.CreateFromPemFile(PathOf(file + ".pem"), PathOf(file + ".key"));
    }

    /// <summary>As a section of settings.</summary>
    public string Setting(string file) => $$"""{ "Path": "{{PathOf(file + ".pem")}}", "KeyPath": "{{PathOf(file + ".key")}}" }""";

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }
}

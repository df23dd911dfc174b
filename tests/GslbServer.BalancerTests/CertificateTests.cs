using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Balancer.Tests;

public sealed class CertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-certificates-");

    [Fact]
    public void Names_choose_exactly_then_by_wildcard_then_the_default()
    {
        CertificateSettings one = Write("one", "a.example.org", "*.example.org"), two = Write("two", "b.example.net");
        ServerCertificates certificates = Table(new TlsSettings { DefaultCertificate = "b.example.net" }, one, two);

        Assert.Equal("one", Common(certificates.Find("A.example.org")));
        Assert.Equal("one", Common(certificates.Find("x.example.org")));
        Assert.Equal("two", Common(certificates.Find("x.y.example.org")));
        Assert.Equal("two", Common(certificates.Find("")));
        Assert.Null(Table(new TlsSettings { StrictSni = true }, one, two).Find("x.y.example.org"));
        Assert.Null(Table(new TlsSettings { StrictSni = true }, one, two).Find(""));
    }

    [Fact]
    public void Of_two_for_one_name_the_one_valid_longer_is_taken()
    {
        CertificateSettings old = Write("old", 10, "a.example.org"), fresh = Write("fresh", 90, "a.example.org");
        Assert.Equal("fresh", Common(Table(new TlsSettings(), old, fresh).Find("a.example.org")));
        Assert.Equal("fresh", Common(Table(new TlsSettings(), fresh, old).Find("a.example.org")));
    }

    [Fact]
    public void PKCS12_is_read_too()
    {
        using X509Certificate2 made = Make("pfx", 30, "a.example.org");
        string path = Path.Combine(_folder.FullName, "x.pfx");
        File.WriteAllBytes(path, made.Export(X509ContentType.Pfx, "secret"));

        Assert.True(CertificateFile.TryLoad(new CertificateSettings { Path = path, Password = "secret" }, out CertificateFile? file, out _));
        Assert.Equal(["a.example.org"], file!.Names);
        Assert.NotNull(CertificateFile.Problem(new CertificateSettings { Path = path, Password = "wrong" }));
    }

    [Fact]
    public void What_cannot_be_used_is_told_with_its_file()
    {
        CertificateSettings one = Write("one", "a.example.org"), two = Write("two", "b.example.net");
        Assert.Contains(one.Path, CertificateFile.Problem(one with { KeyPath = two.KeyPath }));
        Assert.Contains("nowhere.pem", CertificateFile.Problem(one with { Path = Path.Combine(_folder.FullName, "nowhere.pem") }));
        File.WriteAllText(one.Path, "no certificate");
        Assert.Contains(one.Path, CertificateFile.Problem(one));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static ServerCertificates Table(TlsSettings settings, params CertificateSettings[] files) => new(settings, [.. files.Select(file =>
    {
        Assert.True(CertificateFile.TryLoad(file, out CertificateFile? loaded, out string problem), problem);
        return loaded!;
    })]);

    private static string? Common(CertificateFile? file) => file?.Leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private CertificateSettings Write(string common, params string[] names) => Write(common, 30, names);

    private CertificateSettings Write(string common, int days, params string[] names)
    {
        using X509Certificate2 certificate = Make(common, days, names);
        string path = Path.Combine(_folder.FullName, common);
        File.WriteAllText(path + ".pem", certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return new CertificateSettings { Path = path + ".pem", KeyPath = path + ".key" };
    }

    private static X509Certificate2 Make(string common, int days, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={common}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
    }
}

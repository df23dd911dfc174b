using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Tests.Transports;

/// <summary>The small zone over TLS and HTTPS, with a certificate of its own.</summary>
internal sealed class EncryptedWorld : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-tls-");
    private EncryptedListeners _listeners = null!;

    public SmallWorld World { get; } = new();

    public TlsCertificate Certificate { get; private set; } = null!;

    public ConnectionLimits Limits { get; } = new(most: 100, mostPerPrefix: 100);

    public string CertificateFile => Path.Combine(_folder.FullName, "cert.pem");

    public string KeyFile => Path.Combine(_folder.FullName, "key.pem");

    public IPEndPoint Tls => _listeners.Tls[0];

    public IPEndPoint Https => _listeners.Https[0];

    public static async Task<EncryptedWorld> StartAsync(TimeProvider? time = null, params IPNetwork[] proxies)
    {
        var world = new EncryptedWorld();
        world.WriteCertificate("first.example");
        world.Certificate = TlsCertificate.Load(world.CertificateFile, world.KeyFile, out _)!;
        var options = new TransportOptions { Tls = [new(IPAddress.Loopback, 0)], Https = [new(IPAddress.Loopback, 0)], ProxyFrom = proxies };
        world._listeners = await EncryptedListeners.StartAsync(options, world.Certificate, world.World.Handler, world.Limits, world.World.Counters, time ?? TimeProvider.System, default);
        return world;
    }

    /// <summary>Replaces the pair on disk.</summary>
    public void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public async Task<SslStream> ConnectAsync(byte[]? before = null, string alpn = "dot")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Tls);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (before is not null) await stream.WriteAsync(before);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "dns.example", ApplicationProtocols = [new SslApplicationProtocol(alpn)] });
        return tls;
    }

    public HttpClient Http() => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
    {
        BaseAddress = new Uri($"https://{Https}"),
        Timeout = SmallWorld.Patience,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async ValueTask DisposeAsync()
    {
        await _listeners.StopAsync();
        await _listeners.DisposeAsync();
        World.Dispose();
        _folder.Delete(recursive: true);
    }
}

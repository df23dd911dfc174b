using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Dns;
using GslbServer.Steering;
using GslbServer.Tests.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Metrics;

/// <summary>A real node with all that has metrics of its own: a store, a signed zone, checks, TLS, a secondary zone, somebody to notify, an override, sampled answers.</summary>
public sealed class FullNode : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-metrics-");
    private readonly PrivateRedis _redis = new();
    private Node _node = null!;

    private string KeyDirectory => Path.Combine(_folder.FullName, "keys");

    public async Task InitializeAsync()
    {
        string zones = Directory.CreateDirectory(Path.Combine(_folder.FullName, "zones")).FullName;
        await File.WriteAllTextAsync(Path.Combine(zones, "example.org.zone"), """
            $TTL 300
            @        SOA    ns hostmaster 7 3600 600 86400 30
                     NS     ns
            ns       A      192.0.2.53
            us-east  REGION 39.04 -77.49
                     A      127.0.0.1
            eu-west  REGION 53.35 -6.26
                     A      127.0.0.2
            web      CHECK  tcp port=1 every=1s
            www   30 STEER  failover eu-west us-east check=web
            one   30 STEER  failover us-east

            """);
        var output = new StringWriter();
        var host = new CliHost(output, output, new Dictionary<string, string>(), _folder.FullName, _folder.FullName, TimeProvider.System, false);
        Assert.True(await CommandLine.Build(host).Parse(["keys", "create", "example.org", "--keys", KeyDirectory]).InvokeAsync() == 0, output.ToString());
        _node = await Node.StartAsync(Options(zones), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await _node.Feed.PutAsync(new OperatorOverride("us-east.example.org.", OverrideState.Drain, 50, "test", "test", DateTimeOffset.UtcNow, TimeSpan.Zero, null, null, false, ""), CancellationToken.None);
        while (!_node.Serving.Current.Steering.Health.Overrides.Any() || !_node.Feed.Stores[0].IsReachable)
        {
            await Task.Delay(20);
        }
    }

    public Task<string> MetricsAsync() => Task.FromResult(PrometheusText.Write(NodeMetrics.Read(_node, TimeProvider.System)));

    /// <summary>Asks over UDP; when the answer is here, it is counted.</summary>
    internal async Task AskAsync(string name, RecordType type)
    {
        using var socket = new UdpClient();
        socket.Connect(_node.EndPoints[0]);
        await socket.SendAsync(new QueryMessage($"{name} {type}").ToWire());
        await socket.ReceiveAsync(new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token);
    }

    public async Task DisposeAsync()
    {
        await (_node?.StopAsync() ?? Task.CompletedTask);
        await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
        _redis.Dispose();
        _folder.Delete(recursive: true);
    }

    private NodeOptions Options(string zones)
    {
        (string certificate, string key) = WriteCertificate();
        var nobody = new IPEndPoint(IPAddress.Loopback, 1);
        return new NodeOptions
        {
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Zones = zones,
            Geo = [Path.Combine(Repository.RepositoryFiles.Root, "geodata", "sample.mmdb")],
            Redis = [_redis.Configuration],
            StateDirectory = Path.Combine(_folder.FullName, "state"),
            Keys = KeyDirectory,
            Node = "node-1",
            Webhooks = new WebhookOptions { Urls = [new Uri("http://127.0.0.1:1/")] },
            Capture = new CaptureOptions { QueryLog = Path.Combine(_folder.FullName, "queries.json") },
            Region = "us-east",
            Threads = 1,
            Latency = NodeLatencyOptions.Default with { Solicit = true },
            Transports = new TransportOptions { Tls = [new IPEndPoint(IPAddress.Loopback, 0)], CertificateFile = certificate, KeyFile = key },
            Transfer = new TransferOptions { KeyFile = WriteKey(), Notify = [new ZonePeer(null, nobody, null)], Secondary = [new ZonePeer(DomainName.Parse("second.example."), nobody, null)], Updates = [UpdateGrant.TryParse("key:k", out UpdateGrant grant) is null ? grant : default!] },
        };
    }

    private string WriteKey()
    {
        string path = Path.Combine(_folder.FullName, "tsig");
        File.WriteAllText(path, "key \"k\" { algorithm hmac-sha256; secret \"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\"; };\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=dns.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string path = Path.Combine(_folder.FullName, "dns");
        File.WriteAllText(path + ".pem", certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return (path + ".pem", path + ".key");
    }
}

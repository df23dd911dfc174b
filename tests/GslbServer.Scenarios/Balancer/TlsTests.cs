using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Certificates_change_under_traffic_and_a_bad_file_changes_nothing()
    {
        _certificates.Write("a", "first", "a.example.org", "*.wild.example.org");
        _certificates.Write("b", "other", "b.example.org");
        await using Backend one = await Backend.StartAsync("one");
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one],
            balancer: $$""" "DrainWait": 0, "Tls": { "Certificates": [ {{_certificates.Setting("a")}}, {{_certificates.Setting("b")}} ] } """, root: Https(port)));
        Assert.Equal(["CN=first", "CN=first", "CN=other", "CN=first"],
            [await SubjectAsync(port, "a.example.org"), await SubjectAsync(port, "x.wild.example.org"), await SubjectAsync(port, "b.example.org"), await SubjectAsync(port, "unknown.example.org")]);
        string line = (await balancer.AdminAsync("/metrics")).Body.Split('\n').Single(line => line.Contains("certificate_expiry_timestamp_seconds{") && line.Contains("a.pem"));
        Assert.InRange(double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 19 * 86_400, 20 * 86_400);

        using var stop = new CancellationTokenSource();
        Task<int> keptAlive = RequestsAsync(port, lifetime: null, stop.Token), fresh = RequestsAsync(port, TimeSpan.Zero, stop.Token);
        _certificates.Write("a", "second", "a.example.org");
        Assert.Equal("CN=second", await Eventually.GetAsync(() => SubjectAsync(port, "a.example.org"), subject => subject == "CN=second"));
        File.WriteAllText(_certificates.PathOf("a.pem"), "no certificate at all");
        await balancer.Process.WaitForLineAsync("the certificate in force stays");
        Assert.Equal("CN=second", await SubjectAsync(port, "a.example.org"));
        _certificates.Write("a", "third", "a.example.org");
        Assert.Equal("CN=third", await Eventually.GetAsync(() => SubjectAsync(port, "a.example.org"), subject => subject == "CN=third"));
        await stop.CancelAsync();
        Assert.True(await keptAlive > 0);
        Assert.True(await fresh > 0);
    }

    [Fact]
    public async Task Old_versions_unknown_names_and_clients_without_a_certificate_are_refused()
    {
        _certificates.Write("a", "a", "a.example.org");
        using X509Certificate2 client = _certificates.Write("client", "client");
        using var strangers = new TestCertificates();
        using X509Certificate2 stranger = strangers.Write("stranger", "stranger");
        await using Backend one = await Backend.StartAsync("one");
        int port = FreePort.Tcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: $$"""
            "DrainWait": 0, "Tls": { "Certificates": [ {{_certificates.Setting("a")}} ], "StrictSni": true, "MinimumVersion": "1.3", "ClientCertificates": "Required", "TrustedCa": "{{_certificates.AuthorityPath}}" }
            """, root: Https(port)));

        Assert.Equal("one", await AskAsync(port, "a.example.org", SslProtocols.Tls13, client));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(port, "a.example.org", SslProtocols.Tls12, client));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(port, "b.example.org", SslProtocols.Tls13, client));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(port, "a.example.org", SslProtocols.Tls13, null));
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(port, "a.example.org", SslProtocols.Tls13, stranger));
    }

    [Fact]
    public async Task A_backend_is_shown_who_asks_and_must_show_who_answers()
    {
        using X509Certificate2 server = _certificates.Write("server", "server", "backend.example.org");
        _certificates.Write("client", "first");
        await using Backend one = await Backend.StartMutualAsync("one", server);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings("backend.example.org"));

        Assert.Equal("CN=first", await balancer.GetAsync("/client"));
        _certificates.Write("client", "second");
        Assert.Equal("CN=second", await Eventually.GetAsync(() => balancer.GetAsync("/client"), subject => subject == "CN=second"));

        // Another name than the certificate is for; and a reload makes even what was connected before go by the new settings.
        balancer.Write(Settings("other.example.org"));
        await Eventually.GetAsync(() => balancer.AskProxyAsync("/"), answer => answer.Status == 502);
        balancer.Write(Settings("other.example.org", """ "CheckName": false, """));
        await Eventually.GetAsync(() => balancer.AskProxyAsync("/"), answer => answer == (200, "one"));

        string Settings(string name, string more = "") => BalancerUnderTest.Settings([one], "\"HealthCheck\": {}", $$"""
            "DrainWait": 0, "Clusters": { "web": { "BackendTls": {
              {{more}} "ClientCertificate": {{_certificates.Setting("client")}}, "TrustedCa": "{{_certificates.AuthorityPath}}", "ServerName": "{{name}}", "MinimumVersion": "1.3" } } }
            """);
    }

    [Fact]
    public async Task Bad_settings_are_told_with_their_files()
    {
        using var folder = new TemporaryFolder();
        _certificates.Write("a", "a", "a.example.org");
        _certificates.Write("b", "b", "b.example.org");
        folder.Write("appsettings.json", $$"""
            { "Balancer": {
                "Tls": {
                  "Certificates": [ { "Path": "{{_certificates.PathOf("a.pem")}}", "KeyPath": "{{_certificates.PathOf("b.key")}}" }, { "Path": "/nowhere/a.pem" } ],
                  "MinimumVersion": "1.1" },
                "ProxyProtocol": { "Ports": [ 80 ] } } }
            """);

        ToolResult result = await Tool.RunAsync(BuiltProgram.Balancer, "--contentRoot", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.All(["Balancer:Tls:Certificates:0: " + _certificates.PathOf("a.pem"), "Balancer:Tls:Certificates:1: ", "/nowhere/a.pem", "Balancer:ProxyProtocol:AcceptFrom: missing"],
            text => Assert.Contains(text, result.Text));
    }

    public void Dispose() => _certificates.Dispose();

    private static string Https(int port) => $$""" "Kestrel": { "Endpoints": { "web": { "Url": "https://127.0.0.1:{{port}}" } } } """;

    private static async Task<string> SubjectAsync(int port, string name)
    {
        using TcpClientOf client = await TcpClientOf.ConnectAsync(port);
        using var tls = new SslStream(new NetworkStream(client.Socket), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(name);
        return tls.RemoteCertificate!.Subject;
    }

    private static async Task<string> AskAsync(int port, string name, SslProtocols protocol, X509Certificate2? certificate)
    {
        using var handler = Handler(port);
        handler.SslOptions.EnabledSslProtocols = protocol;
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        using var client = new HttpClient(handler);
        return await client.GetStringAsync($"https://{name}/");
    }

    /// <summary>Asks until stopped; any request that fails throws.</summary>
    private static async Task<int> RequestsAsync(int port, TimeSpan? lifetime, CancellationToken stop)
    {
        using var handler = Handler(port);
        if (lifetime is { } each) handler.PooledConnectionLifetime = each;
        using var client = new HttpClient(handler);
        int count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            Assert.Equal("one", await client.GetStringAsync("https://a.example.org/", CancellationToken.None));
            await Task.Delay(5, CancellationToken.None);
        }

        return count;
    }

    private static SocketsHttpHandler Handler(int port) => new()
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };
}

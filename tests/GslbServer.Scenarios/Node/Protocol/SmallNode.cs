using System.Globalization;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A node with a zone that tells who asked: <c>www</c> is steered by the client's address alone, without checks.</summary>
internal sealed class SmallNode : IAsyncDisposable
{
    public const string Zone = """
        $ORIGIN example.org.
        $TTL 300
        @        SOA     ns1 hostmaster 1 3600 600 86400 30
                 NS      ns1
        ns1      A       192.0.2.53
        host     A       192.0.2.1
        us-east  REGION  39.04 -77.49
                 A       192.0.2.10
        eu-west  REGION  53.35 -6.26
                 A       198.51.100.10
        www   30 STEER   geo us-east eu-west map="198.51.100.0/24:eu-west" map="203.0.113.0/24:us-east"
        $GENERATE 1-100 large A 203.0.113.$

        """;

    private SmallNode(TemporaryFolder folder, GslbNode node) => (Folder, Node) = (folder, node);

    public TemporaryFolder Folder { get; }

    public GslbNode Node { get; }

    public int TlsPort { get; private init; }

    public int HttpsPort { get; private init; }

    public string Certificate => Folder.File("cert.pem");

    public string Key => Folder.File("key.pem");

    /// <param name="encrypted">With TLS and HTTPS, and a certificate for <c>dns.example</c>.</param>
    public static async Task<SmallNode> StartAsync(bool encrypted = false, string name = "node-1", params string[] more)
    {
        var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", Zone);
        (int tls, int https) = encrypted ? (FreePort.Tcp(), FreePort.Tcp()) : (0, 0);
        string[] listeners = [];
        if (encrypted)
        {
            await MakeCertificateAsync(folder, "dns.example");
            listeners = ["--listen-tls", $"127.0.0.1:{tls}", "--listen-https", $"127.0.0.1:{https}", "--tls-cert", folder.File("cert.pem"), "--tls-key", folder.File("key.pem")];
        }

        return new SmallNode(folder, await GslbNode.StartAsync(folder.File("zones"), folder.File("state"), name, [.. listeners, .. more])) { TlsPort = tls, HttpsPort = https };
    }

    /// <summary>Writes the pair in place, the certificate first, as renewal tools do.</summary>
    public static async Task MakeCertificateAsync(TemporaryFolder folder, string name)
    {
        string certificate = folder.File("new-cert.pem"), key = folder.File("new-key.pem");
        ToolResult made = await Tool.RunAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", $"/CN={name}",
            "-addext", $"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate);
        Assert.True(made.ExitCode == 0, made.Text);
        File.Move(certificate, folder.File("cert.pem"), overwrite: true);
        File.Move(key, folder.File("key.pem"), overwrite: true);
    }

    /// <summary>A value of <c>/metrics</c>: <c>gslb_dns_cookies_total{cookie="good"}</c>.</summary>
    public async Task<double> MetricAsync(string series)
    {
        string page = await Node.Http.GetStringAsync("metrics");
        string line = page.Split('\n').Single(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Folder.Dispose();
    }
}

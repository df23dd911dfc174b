using System.Net;
using GslbServer.State;

namespace GslbServer;

/// <summary>The options of <c>gslb serve</c>, parsed and checked. Made by <c>Cli/ServeOptions</c> from flags, environment and file.</summary>
public sealed record NodeOptions
{
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [new(IPAddress.Loopback, 5300)];

    public IPEndPoint Admin { get; init; } = new(IPAddress.Loopback, 8053);

    /// <summary>Further names that the admin listener is asked by, in the Host header.</summary>
    public IReadOnlyList<string> AdminHosts { get; init; } = [];

    public string? AdminTokenFile { get; init; }

    /// <summary>Whether status, explain, metrics and events are told without a token, as health always is.</summary>
    public bool AdminReadOpen { get; init; } = true;

    /// <summary>HTTPS on the admin listener; null for HTTP.</summary>
    public AdminTlsOptions? AdminTls { get; init; }

    /// <summary>Admin requests a second from one address, loopback apart; 0 for no limit.</summary>
    public int AdminRate { get; init; } = AdminRates.PerSecond;

    internal AdminListenerOptions AdminListener => new(Admin) { TokenFile = AdminTokenFile, Tls = AdminTls, ReadOpen = AdminReadOpen };

    public string Zones { get; init; } = "zones";

    public IReadOnlyList<string> Geo { get; init; } = [];

    /// <summary>StackExchange.Redis configuration strings; the first is this node's own store. Empty: state in memory.</summary>
    public IReadOnlyList<string> Redis { get; init; } = [];

    /// <summary>Of what goes to stores.</summary>
    public StateSigner Signer { get; init; } = StateSigner.Off;

    public string Node { get; init; } = Environment.MachineName;

    public string? Region { get; init; }

    public string Cluster { get; init; } = "gslb";

    public string StateDirectory { get; init; } = ".gslb";

    /// <summary>Keys that zones are signed with; null: <c>keys</c> in the state directory.</summary>
    public string? Keys { get; init; }

    /// <summary>Where the keys are.</summary>
    public string KeyDirectory => Keys ?? Path.Combine(StateDirectory, "keys");

    /// <summary>Seals keys that go to stores; null: they stay here.</summary>
    public KeySealer? KeySealer { get; init; }

    /// <summary>Serving threads per listener.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    public IReadOnlyList<IPNetwork> ExplainAllow { get; init; } = DefaultExplainAllow;

    public string? ExecDirectory { get; init; }

    /// <summary>What zones are signed with; null: what <see cref="KeyDirectory"/> has.</summary>
    public Dns.ZoneKeysOf? ZoneKeys { get; init; }

    /// <summary>Signatures made for those who ask.</summary>
    public Dns.AnswerSignatureOptions AnswerSignatures { get; init; } = new();

    /// <summary>Encrypted transports, proxies, limits.</summary>
    public TransportOptions Transports { get; init; } = new();

    /// <summary>Who is told of events.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Query log and dnstap.</summary>
    public CaptureOptions Capture { get; init; } = new();

    /// <summary>Where metrics and spans are sent.</summary>
    public OtlpOptions Otlp { get; init; } = new();

    /// <summary>Zones to other servers and from them.</summary>
    public TransferOptions Transfer { get; init; } = new();

    /// <summary>Measured latency.</summary>
    public NodeLatencyOptions Latency { get; init; } = NodeLatencyOptions.Default;

    /// <summary>How often prices of regions may move; the same on every node of a cluster. While a region is overloaded, four times as often.</summary>
    public TimeSpan LoadPeriod { get; init; } = Steering.LoadPrice.Period;

    /// <summary>A witness: probes and reports, and serves no DNS.</summary>
    public bool ProbeOnly { get; init; }

    /// <summary>Whom the process becomes when root has opened its ports; null to stay who it is.</summary>
    internal ProcessUser? User { get; init; }

    /// <summary>Take the sockets and the place of the node that runs with this state directory.</summary>
    public bool Takeover { get; init; }

    /// <summary>Starts the sample's HTTP endpoints in this process too (<c>gslb demo</c>).</summary>
    public bool Demo { get; init; }

    /// <summary>Loopback and private ranges: RFC 1918, RFC 4193, RFC 4291.</summary>
    public static readonly IReadOnlyList<IPNetwork> DefaultExplainAllow =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];
}

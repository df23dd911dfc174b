using System.Net;

namespace GslbServer.Balancer;

/// <summary>The <c>Balancer</c> section: what YARP lacks. Checked by <see cref="BalancerOptionsReader"/>.</summary>
public sealed record BalancerOptions
{
    /// <summary>Where health, readiness and metrics are served, apart from the traffic. Port 0 takes a free one.</summary>
    public IPEndPoint Admin { get; init; } = new(IPAddress.Loopback, 8054);

    /// <summary>Bearer tokens for what changes something on the admin listener, lines <c>TOKEN</c> or <c>NAME:TOKEN</c>. Empty: such requests are taken from loopback alone.</summary>
    public string AdminTokenFile { get; init; } = "";

    /// <summary>Certificate and its chain of the admin listener, and the key (PEM), read again when they change. Empty: HTTP.</summary>
    public string AdminTlsCert { get; init; } = "";

    public string AdminTlsKey { get; init; } = "";

    /// <summary>Authorities (PEM) whose client certificates stand for tokens. Empty: none are asked for.</summary>
    public string AdminClientCa { get; init; } = "";

    /// <summary>Whether metrics and backends are told without a token, as health always is.</summary>
    public bool AdminReadOpen { get; init; } = true;

    /// <summary>Admin requests a second from one address, loopback apart; 0 for no limit.</summary>
    public int AdminRate { get; init; } = AdminRates.PerSecond;

    /// <summary>Names by which others ask the admin listener, besides its addresses, the host name, its own and those of its certificate.</summary>
    public IReadOnlyList<string> AdminHosts { get; init; } = [];

    /// <summary>After SIGTERM the balancer goes on accepting for so long with <c>/healthz</c> at 503, so that two checks of the DNS layer (each 2 s) can notice. 0 stops
    /// accepting at once.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Then requests in flight have so long to end before they are broken off. 0 breaks them off at once.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Within <see cref="DrainLimit"/>, WebSockets are told to go (close code 1001) one after the other over so long, so that they do not all come back elsewhere at once. 0: all at once.</summary>
    public TimeSpan DrainWebSockets { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Path on the proxied listeners that the balancer answers itself, so that the address that clients use can be checked. Empty: none.</summary>
    public string HealthPath { get; init; } = "/healthz";

    /// <summary>Clusters that must each have a live destination for the balancer to count as healthy. Empty: any one cluster is enough.</summary>
    public IReadOnlyList<string> ReadyClusters { get; init; } = [];

    /// <summary>Backends see the Host that the client sent. A route with a transform of its own for Host, or a destination with a <c>Host</c>, decides for itself.</summary>
    public bool PreserveHost { get; init; } = true;

    /// <summary>The region this balancer stands in: the owner of a REGION record, one label or a whole name.</summary>
    public string? Region { get; init; }

    /// <summary>Stores of the global layer, as StackExchange.Redis configuration strings; the first is this balancer's own. With <see cref="Region"/> they join it to that
    /// layer.</summary>
    public IReadOnlyList<string> Redis { get; init; } = [];

    /// <summary>Keys that sign what this balancer tells, as the nodes' <c>--sign-state-key-file</c>. Empty: unsigned.</summary>
    public string SignStateKeyFile { get; init; } = "";

    /// <summary>Prefix of every key in the stores, as the nodes' <c>--cluster</c>.</summary>
    public string Cluster { get; init; } = "gslb";

    /// <summary>Unique among the balancers of the cluster.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Requests per second that this balancer can take, with what stands behind it. Null: the DNS nodes go by what the zone says of the region.</summary>
    public double? Capacity { get; init; }

    /// <summary>Requests in flight at which it is full. Null: any number is as good.</summary>
    public int? CapacityInFlight { get; init; }

    /// <summary>By the names of YARP's clusters.</summary>
    public IReadOnlyDictionary<string, ClusterSettings> Clusters { get; init; } = new Dictionary<string, ClusterSettings>();

    /// <summary>By the names of YARP's routes.</summary>
    public IReadOnlyDictionary<string, RouteSettings> Routes { get; init; } = new Dictionary<string, RouteSettings>();

    public AffinitySettings Affinity { get; init; } = new();

    /// <summary>Proxies before this balancer that are believed when they say who the client is (<c>X-Forwarded-For</c>): their addresses.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Of every route, where it does not say otherwise.</summary>
    public EdgeSettings Edge { get; init; } = new();

    /// <summary>Null: there is none.</summary>
    public WafSettings? Waf { get; init; }

    /// <summary>Balancers of this region, as long as their heartbeats have not told: each gives out this share of a region's limit while the store is away.</summary>
    public int RegionBalancers { get; init; } = 2;

    public AccessLogSettings AccessLog { get; init; } = new();

    public TraceSettings Trace { get; init; } = new();

    /// <summary>Collector (OTLP over HTTP) that metrics and spans are sent to, such as <c>http://127.0.0.1:4318</c>. Null: what <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says, else nowhere. Takes effect at the next
    /// start.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>All of that, with what the environment says and <see cref="TraceSettings.Otlp"/>.</summary>
    internal OtlpOptions Exports { get; init; } = new();

    /// <summary>What is passed on below HTTP, by names of one's own.</summary>
    public IReadOnlyDictionary<string, L4Settings> L4 { get; init; } = new Dictionary<string, L4Settings>();

    public ProxyProtocolSettings ProxyProtocol { get; init; } = new();

    public TlsSettings Tls { get; init; } = new();

    public LatencySettings Latency { get; init; } = new();

    public BeaconSettings Beacon { get; init; } = new();

    internal AdminListenerOptions AdminListener => new(Admin)
    {
        TokenFile = AdminTokenFile.Length > 0 ? AdminTokenFile : null,
        Tls = AdminTlsCert.Length > 0 ? new AdminTlsOptions(AdminTlsCert, AdminTlsKey, AdminClientCa.Length > 0 ? AdminClientCa : null) : null,
        ReadOpen = AdminReadOpen,
    };

    /// <summary>How round trips know the region; empty without one.</summary>
    internal string RegionLabel => Region is null ? "" : Region.Split('.')[0].ToLowerInvariant();

    /// <summary>As what this balancer tells round trips: no node's name, though both may stand on one machine.</summary>
    internal string Writer => "balancer-" + Name;
}

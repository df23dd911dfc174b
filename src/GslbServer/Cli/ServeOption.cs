namespace GslbServer;

/// <summary>One option of <c>gslb serve</c>: the same under its name as a flag, in the environment and in <c>gslb.json</c>.</summary>
/// <param name="Name">As a flag, without the dashes: <c>admin-token-file</c>.</param>
/// <param name="ValueName">For help; empty for a switch.</param>
/// <param name="IsList">May be given more than once.</param>
/// <param name="IsAvailable">False for what interfaces name and this version does not have: refused rather than ignored.</param>
internal sealed record ServeOption(string Name, string ValueName, string Help, bool IsList = false, bool IsAvailable = true)
{
    /// <summary>How keys of the environment and of <c>gslb.json</c> are compared: <c>admin-token-file</c>, <c>adminTokenFile</c>, <c>ADMIN_TOKEN_FILE</c> and
    /// <c>ADMIN:TOKENFILE</c> are one.</summary>
    public string Key { get; } = KeyOf(Name);

    /// <summary>Items of a list may stand in one value, parted by commas. Not so where an item has commas of its own.</summary>
    public bool SplitsAtCommas => IsList && Name is not ("redis" or "webhook" or "notify" or "secondary" or "catalog" or "update-allow");

    public static readonly IReadOnlyList<ServeOption> All =
    [
        new("listen", "ADDR:PORT", "Serve DNS over UDP and TCP here; may be repeated [default: 127.0.0.1:5300]", IsList: true),
        new("admin", "ADDR:PORT", "Admin API, dashboard and metrics [default: 127.0.0.1:8053]"),
        new("admin-host", "NAME", "A name by which others ask the admin listener (a proxy's, a service's), besides its addresses, the host name, the node's and those of its certificate; may be repeated", IsList: true),
        new("admin-token-file", "FILE", "Lines NAME ROLE TOKEN (read, operate, admin), NAME:TOKEN or TOKEN (admins'), as gslb admin token makes them, read again when it changes; what changes state then needs one. Without, such calls are taken from loopback only"),
        new("admin-read-open", "yes|no", "Whether status, explain, metrics and events need no token; with no, only health does not [default: yes]"),
        new("admin-tls-cert", "FILE", "Certificate and its chain (PEM), read again when it changes: the admin listener then speaks HTTPS [default: HTTP]"),
        new("admin-tls-key", "FILE", "Its key (PEM), read again when it changes"),
        new("admin-client-ca", "FILE", "Authorities (PEM) whose client certificates stand for tokens: lines NAME ROLE cert:SUBJECT of --admin-token-file say whose; without such a file all are admins'"),
        new("admin-rate", "N", "Admin requests a second from one address or IPv6 /64, twice as many at once; loopback and health are exempt; 0 for no limit [default: 200]"),
        new("zones", "DIR", "Zone files, *.zone, reloaded when they change [default: zones]"),
        new("geo", "FILE", "MaxMind DB file (city or country, ASN), reloaded when it changes; may be repeated [default: geodata/*.mmdb]", IsList: true),
        new("redis", "CONFIG", "StackExchange.Redis configuration string; may be repeated, one per store, this node's own first [default: state in memory]", IsList: true),
        new("sign-state-key-file", "FILE", "Keys, one a line: the first signs what this node writes to stores, all verify what it reads; the same on all nodes and balancers [default: unsigned]"),
        new("node", "NAME", "This node's name [default: the host name]"),
        new("region", "NAME", "The region this node stands in: its vantage"),
        new("cluster", "NAME", "Prefix of every key and channel [default: gslb]"),
        new("state", "DIR", "Last known state on disk, of this node alone [default: .gslb, or beside it where another node of this folder has that]"),
        new("keys", "DIR", "Keys that zones are signed with, reloaded when they change; a zone without keys there is not signed [default: keys in the state directory]"),
        new("keys-secret", "FILE", "A secret, the same on all nodes: keys are then shared through Redis, sealed with it. The first line seals, all lines open [default: not shared]"),
        new("threads", "N", "Serving threads [default: one per core]"),
        new("explain-allow", "CIDR", "Who may ask explain over DNS; may be repeated [default: loopback and private ranges]", IsList: true),
        new("exec-dir", "DIR", "Where the commands of CHECK exec must live [default: none, exec is refused]"),
        new("load-period", "TIME", "How often prices of loaded regions may move; the same on all nodes [default: 1m]"),
        new("latency-epoch", "TIME", "How often round trips are told and decided by; the same on all nodes and balancers [default: 5m]"),
        new("latency-include-private", "yes|no", "Count round trips of private and loopback networks too [default: no]"),
        new("latency-solicit", "yes|no", "Ask a few resolvers over to TCP by a truncated answer, to measure them: 0.1 % of answers, one per prefix in 6 h [default: no]"),
        new("latency-beacon", "NAME", "Below it stand the unique host names of the balancers' beacon [default: none]"),
        new("latency-explore", "off|answers", "Whether a few answers (0.5 %, at most 30 ms farther by what is known) try other regions to measure them; the same on all nodes [default: off]"),
        new("listen-tls", "ADDR:PORT", "Serve DNS over TLS here, with --tls-cert and --tls-key; may be repeated [default: nowhere]", IsList: true),
        new("listen-https", "ADDR:PORT", "Serve DNS over HTTPS here, at /dns-query; may be repeated [default: nowhere]", IsList: true),
        new("listen-quic", "ADDR:PORT", "DNS over QUIC", IsList: true, IsAvailable: false),
        new("tls-cert", "FILE", "Certificate and its chain for TLS and HTTPS (PEM), read again when it changes"),
        new("tls-key", "FILE", "Its key (PEM), read again when it changes"),
        new("cookie-secret-file", "FILE", "Secrets of DNS cookies, 32 hexadecimal digits a line: the first makes them, all are accepted; the same on all nodes, read again when it changes [default: a random one for each start]"),
        new("rrl", "N", "UDP responses a second of one answer to one /24 or /56 of clients without a cookie; 0 for no limit [default: 0]"),
        new("rrl-slip", "N", "Of so many responses over the limit one is sent, truncated, the others are dropped; 0 sends none [default: 2]"),
        new("rrl-exempt", "CIDR", "Whom no limit concerns; may be repeated [default: loopback]", IsList: true),
        new("validate-above", "N", "When more UDP queries a second come without a good cookie, answer those truncated, so that senders show who they are; 0 for never [default: 0]"),
        new("proxy-protocol-from", "CIDR", "Peers whose connections (PROXY v1, v2) and datagrams (v2) all begin with who the client is; may be repeated [default: nobody]", IsList: true),
        new("max-connections", "N", "TCP, TLS and HTTPS connections at once [default: 20000]"),
        new("max-connections-per-prefix", "N", "Of those from one /24 or /56, loopback and proxies apart [default: 10000]"),
        new("webhook", "URL", "Post events here as they happen: transitions, overrides, reloads; may be repeated [default: nobody]", IsList: true),
        new("webhook-secret-file", "FILE", "Secrets that deliveries are signed with, one a line, read each time [default: unsigned]"),
        new("webhook-events", "KIND", "Only events of this kind; may be repeated [default: all but decision]", IsList: true),
        new("query-log", "FILE|-", "Write a line of JSON for each query here; opened anew each time, so that it may be moved away [default: no log]"),
        new("query-log-sample", "N", "Log one query of N [default: 1]"),
        new("dnstap", "FILE|unix:PATH|tcp:ADDR:PORT", "Write queries and responses as dnstap here: a file, or a reader that listens there [default: nowhere]"),
        new("dnstap-sample", "N", "Of these one of N [default: 1]"),
        new("otlp", "URL", "Send metrics and spans to this collector (OTLP over HTTP, port 4318 of most) [default: OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere]"),
        new("tsig-keys", "FILE", "Keys that sign transfers and queries (RFC 8945), as tsig-keygen prints them; reloaded when the file changes, mode at most 640"),
        new("transfer-allow", "CIDR|key:NAME", "Who may transfer zones (AXFR, IXFR); may be repeated [default: nobody, loopback included]", IsList: true),
        new("transfer-steering", "yes|no", "Whether REGION, CHECK and STEER are transferred, or left out so that others serve the static fallback [default: yes]"),
        new("notify", "[ZONE=]ADDR:PORT[,key:NAME]", "Tell this server of each new serial; may be repeated [default: nobody]", IsList: true),
        new("update-allow", "key:NAME[@DOMAIN][:TYPES]", "What a key may change by dynamic update (RFC 2136), such as key:acme@_acme-challenge.*:TXT; DOMAIN is a name and all below it, =NAME that name alone, self or selfsub; may be repeated [default: nobody, nothing]", IsList: true),
        new("secondary", "ZONE=ADDR:PORT[,key:NAME]", "Have this zone from a primary; may be repeated, also for one zone", IsList: true),
        new("catalog", "ZONE=ADDR:PORT[,key:NAME]", "Have the member zones of this catalog (RFC 9432) from its primary; may be repeated", IsList: true),
        new("probe-only", "", "Witness: reads the zones, probes and reports as a vantage, and serves no DNS"),
        new("takeover", "", "Take over from the node that runs with this state directory: its sockets, without losing a query. It ends when this one is ready, and serves on if that fails. Where none runs, start as usual"),
        new("user", "NAME[:GROUP]", "Become this user when root has opened the ports below 1024, before anything is read or written; the state directory must be that user's, or is made so [default: stay who starts it]"),
        new("xdp", "IFACE[@QUEUES]", "Answer UDP queries on this interface around the kernel (AF_XDP, Linux), on all its queues or on some (eth0@0-3,6); sockets serve the rest, and all where it cannot be; may be repeated [default: off]", IsList: true),
    ];

    /// <summary>What of a value may be printed: behind the first endpoint of a Redis configuration string may stand its password.</summary>
    public static string Printable(string name, string value) => name == "redis" ? value.Split(',')[0] : name is "webhook" or "otlp" && Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.Host.Length > 0 ? url.GetLeftPart(UriPartial.Authority) : value;

    public static string KeyOf(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)
        .Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
}

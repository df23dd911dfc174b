using System.Net;

namespace GslbServer;

/// <summary>Everything about how queries come and how many, besides where plain DNS listens.</summary>
public sealed record TransportOptions
{
    /// <summary>DNS over TLS (RFC 7858).</summary>
    public IReadOnlyList<IPEndPoint> Tls { get; init; } = [];

    /// <summary>DNS over HTTPS (RFC 8484).</summary>
    public IReadOnlyList<IPEndPoint> Https { get; init; } = [];

    /// <summary>PEM: the certificate, then its chain. Set where <see cref="Tls"/> or <see cref="Https"/> is.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Peers whose connections and datagrams begin with a PROXY header; all of theirs, and nobody else's.</summary>
    public IReadOnlyList<IPNetwork> ProxyFrom { get; init; } = [];

    /// <summary>Interfaces whose queries over UDP are answered around the kernel (AF_XDP).</summary>
    public IReadOnlyList<XdpTarget> Xdp { get; init; } = [];

    /// <summary>Secrets of cookies, shared by the nodes of a cluster; null for one of this process alone.</summary>
    public string? CookieSecretFile { get; init; }

    public RateLimitOptions Rates { get; init; } = RateLimitOptions.Off;

    /// <summary>TCP, TLS and HTTPS connections at once.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Of those, from one /24 or /56: half of all, so that nobody alone shuts others out.</summary>
    public int MaxConnectionsPerPrefix { get; init; } = 10_000;
}

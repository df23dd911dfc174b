using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GslbServer.Balancer;

/// <summary><c>Kestrel:Limits</c>: what a request may be and how slowly it may come. Kestrel reads its endpoints from the configuration but not its limits. What is not written is Kestrel's default. Takes
/// effect at the next start.</summary>
public sealed record KestrelLimits
{
    public const string Section = "Kestrel:Limits";

    /// <summary>Octets (Kestrel: 30 MB); more is answered with 413. 0: any.</summary>
    public long? MaxRequestBodySize { get; init; }

    /// <summary>Octets of the request line (8 KiB); 414.</summary>
    [Between("64", "1048576")]
    public int? MaxRequestLineSize { get; init; }

    /// <summary>Octets of all headers (32 KiB); 431.</summary>
    [Between("64", "1048576")]
    public int? MaxRequestHeadersTotalSize { get; init; }

    /// <summary>100; 431.</summary>
    [Between("1", "10000")]
    public int? MaxRequestHeaderCount { get; init; }

    /// <summary>From the first octet of a head to its last (30 s); 408.</summary>
    [Between("100ms", "1h")]
    public TimeSpan? RequestHeadersTimeout { get; init; }

    /// <summary>Between requests of a connection (130 s).</summary>
    [Between("100ms", "24h")]
    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>Client connections at once; more are closed. Null: what file descriptors allow.</summary>
    [Between("1", "10000000")]
    public long? MaxConcurrentConnections { get; init; }

    /// <summary>WebSockets and other upgraded connections at once.</summary>
    [Between("1", "10000000")]
    public long? MaxConcurrentUpgradedConnections { get; init; }

    /// <summary>Slower bodies are ended (240 octets per second after 5 s); 408.</summary>
    public DataRate? MinRequestBodyDataRate { get; init; }

    /// <summary>Clients that take their answer slower are cut (240 octets per second after 5 s).</summary>
    public DataRate? MinResponseDataRate { get; init; }

    public Http2Limits? Http2 { get; init; }

    public void Apply(KestrelServerLimits limits)
    {
        if (MaxRequestBodySize is { } body) limits.MaxRequestBodySize = body == 0 ? null : body;
        limits.MaxRequestLineSize = MaxRequestLineSize ?? limits.MaxRequestLineSize;
        // Kestrel wants a buffer that holds a request line.
        if (limits.MaxRequestBufferSize < limits.MaxRequestLineSize) limits.MaxRequestBufferSize = limits.MaxRequestLineSize;
        limits.MaxRequestHeadersTotalSize = MaxRequestHeadersTotalSize ?? limits.MaxRequestHeadersTotalSize;
        limits.MaxRequestHeaderCount = MaxRequestHeaderCount ?? limits.MaxRequestHeaderCount;
        limits.RequestHeadersTimeout = RequestHeadersTimeout ?? limits.RequestHeadersTimeout;
        limits.KeepAliveTimeout = KeepAliveTimeout ?? limits.KeepAliveTimeout;
        limits.MaxConcurrentConnections = MaxConcurrentConnections;
        limits.MaxConcurrentUpgradedConnections = MaxConcurrentUpgradedConnections;
        if (MinRequestBodyDataRate is { } request) limits.MinRequestBodyDataRate = request.Kestrel;
        if (MinResponseDataRate is { } response) limits.MinResponseDataRate = response.Kestrel;
        limits.Http2.MaxStreamsPerConnection = Http2?.MaxStreamsPerConnection ?? limits.Http2.MaxStreamsPerConnection;
    }

    public sealed record DataRate : ICheckedSettings
    {
        /// <summary>0: any rate is good.</summary>
        [Between("0", "1000000000")]
        public double BytesPerSecond { get; init; } = 240;

        [Between("1s", "1h")]
        public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(5);

        internal MinDataRate? Kestrel => BytesPerSecond > 0 ? new MinDataRate(BytesPerSecond, GracePeriod) : null;

        public IEnumerable<string> Errors(string path)
        {
            if (GracePeriod <= TimeSpan.FromSeconds(1)) yield return $"{path}:GracePeriod: expected more than 1 s, which is how often Kestrel looks";
        }
    }

    public sealed record Http2Limits
    {
        /// <summary>Requests of a connection at once (100).</summary>
        [Between("1", "10000")]
        public int? MaxStreamsPerConnection { get; init; }
    }
}

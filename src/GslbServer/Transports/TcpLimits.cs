namespace GslbServer;

/// <summary>Bounds of DNS over TCP (RFC 7766 section 6.1 and 6.2.3).</summary>
internal static class TcpLimits
{
    /// <summary>Pending connections in the kernel.</summary>
    public const int Backlog = 1_024;

    /// <summary>Between an accept that failed and the next.</summary>
    public static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(10);

    /// <summary>A connection without a complete query, or with an answer that the client does not read, for this long is closed.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    /// <summary>That time when there are as many connections as there may be: RFC 7766 section 6.2.3 wants clients to get "of the order of a few seconds".</summary>
    public static readonly TimeSpan ShortestIdle = TimeSpan.FromSeconds(2);

    /// <summary>Octets that a connection receives into while it waits: several queries, and less than the kernel keeps for it.</summary>
    public const int WaitBuffer = 512;

    /// <summary>Octets that it receives into when there is more: what came with the first ones.</summary>
    public const int ReadBuffer = 16_384;

    /// <summary>Octets of answers collected before they are written: pipelined queries share packets.</summary>
    public const int WriteBuffer = 16_384;
}

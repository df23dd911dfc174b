namespace GslbServer.Balancer;

/// <summary><c>Balancer:AccessLog</c>: one line of JSON for each request that is logged.</summary>
public sealed record AccessLogSettings
{
    /// <summary>A file, or <c>-</c> for standard output. Empty: no log.</summary>
    public string Path { get; init; } = "";

    /// <summary>Share of requests that are logged.</summary>
    [Between("0", "1")]
    public double Sample { get; init; } = 1;

    /// <summary>Logs every answer of 500 or above, and every request that was turned away.</summary>
    public bool Errors { get; init; } = true;

    /// <summary>Logs every request that took so long. Null: none for that.</summary>
    public TimeSpan? SlowerThan { get; init; }

    /// <summary>The path with its query, which often holds what is nobody's business.</summary>
    public bool Query { get; init; }
}

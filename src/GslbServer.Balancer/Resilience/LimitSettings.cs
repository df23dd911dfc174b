namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Limits</c>: requests at a time. Upgraded connections (WebSockets) do not count.</summary>
public sealed record LimitSettings
{
    /// <summary>In flight at one backend; a full one is passed over. 0: no limit.</summary>
    [Between("0", "10000000")]
    public int Backend { get; init; } = 512;

    /// <summary>In flight in the cluster; the next ones wait. 0: no limit.</summary>
    [Between("0", "10000000")]
    public int Cluster { get; init; } = 4_096;

    /// <summary>Requests that may wait, the lowest priority shed first. 0: none waits.</summary>
    [Between("0", "1000000")]
    public int Pending { get; init; } = 1_024;

    /// <summary>How long one may wait. What would wait longer is late to its client anyway.</summary>
    [Between("0", "1m")]
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);
}

namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Retry</c>: when a request that failed at one backend is sent to another.</summary>
/// <remarks>Defaults as Finagle's and Linkerd's retry budgets, and Linkerd's replay buffer.</remarks>
public sealed record RetrySettings
{
    /// <summary>Attempts beyond the first. 0 turns retries off.</summary>
    [Between("0", "10")]
    public int Max { get; init; } = 2;

    /// <summary>Retries per request of the last 10 s that the budget allows: what retries can add to the load of a cluster in trouble.</summary>
    [Between("0", "1")]
    public double BudgetRatio { get; init; } = 0.2;

    /// <summary>Retries per second that are allowed besides, so that a quiet cluster can retry at all.</summary>
    [Between("0", "100000")]
    public double BudgetPerSecond { get; init; } = 10;

    /// <summary>The first retry waits a random time up to this, each further one up to twice as long.</summary>
    [Between("0", "10s")]
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>No wait is longer.</summary>
    [Between("0", "1m")]
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Octets of a request's body that are kept for a retry. What is longer is not retried once it was sent.</summary>
    [Between("0", "1048576")]
    public int BodyLimit { get; init; } = 65_536;

    /// <summary>Tells backends in <c>x-gslb-attempt</c> which attempt they see: 1 is the first.</summary>
    public bool TellAttempt { get; init; }
}

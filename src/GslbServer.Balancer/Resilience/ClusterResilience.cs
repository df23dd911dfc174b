namespace GslbServer.Balancer;

/// <summary>What the resilience of one cluster remembers and counts.</summary>
internal sealed class ClusterResilience
{
    private long _retries, _retriesDenied, _hedges, _hedgesWon, _refused;

    public RetryBudget Budget { get; } = new();

    public Admission Admission { get; } = new();

    /// <summary>Of the cluster as a whole; in use only where the settings say so.</summary>
    public CircuitBreaker Breaker { get; } = new();

    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Retries that the budget did not allow.</summary>
    public long RetriesDenied => Volatile.Read(ref _retriesDenied);

    public long Hedges => Volatile.Read(ref _hedges);

    public long HedgesWon => Volatile.Read(ref _hedgesWon);

    /// <summary>Requests answered 503 because no backend would take them: breakers open, limits reached.</summary>
    public long Refused => Volatile.Read(ref _refused);

    public void CountRetry() => Interlocked.Increment(ref _retries);

    public void CountDenied() => Interlocked.Increment(ref _retriesDenied);

    public void CountHedge() => Interlocked.Increment(ref _hedges);

    public void CountHedgeWon() => Interlocked.Increment(ref _hedgesWon);

    public void CountRefused() => Interlocked.Increment(ref _refused);
}

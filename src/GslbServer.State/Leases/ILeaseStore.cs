namespace GslbServer.State;

/// <summary>Token buckets that the balancers of a region share. A balancer takes tokens in leases and gives them out by itself.</summary>
public interface ILeaseStore
{
    /// <returns>One for each request, in order.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<IReadOnlyList<LeaseGrant>> TakeAsync(IReadOnlyList<LeaseRequest> requests, CancellationToken cancel);

    /// <summary>Balancers of a region whose heartbeats are fresh.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<int> CountBalancersAsync(string region, CancellationToken cancel);
}

/// <param name="Name">Of the bucket, in the cluster.</param>
/// <param name="Rate">Tokens per second with which it fills.</param>
/// <param name="Depth">Tokens of a full one. One not heard of is full.</param>
/// <param name="Want">Tokens, at most.</param>
/// <param name="Spent">Tokens given out before they were leased; taken first, even from an empty bucket.</param>
public readonly record struct LeaseRequest(string Name, double Rate, int Depth, int Want, int Spent);

/// <param name="WaitMilliseconds">If there were no tokens: until there is one.</param>
public readonly record struct LeaseGrant(int Tokens, int WaitMilliseconds);

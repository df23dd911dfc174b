using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Where balancers leave their heartbeats. Each writer has a place of its own, and what it wrote fades after <see cref="Keys.HeartbeatLifetime"/>.</summary>
public interface IHeartbeatStore
{
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task WriteAsync(BalancerLoad load, CancellationToken cancel);
}

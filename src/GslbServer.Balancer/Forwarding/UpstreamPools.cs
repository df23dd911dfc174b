using System.Collections.Concurrent;

namespace GslbServer.Balancer;

/// <summary>The pools of all addresses, and the one sweep that keeps their time limits.</summary>
internal sealed class UpstreamPools : IDisposable
{
    /// <summary>How late a time limit may be noticed.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, UpstreamPool?> _pools = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private int _sweeping;

    public UpstreamPools(TimeProvider time) => (_time, _sweeper) = (time, time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery));

    /// <param name="prefix">A destination's address.</param>
    /// <returns>Null for an address that is not plain HTTP.</returns>
    public UpstreamPool? For(string prefix) => _pools.TryGetValue(prefix, out UpstreamPool? pool) ? pool : Add(prefix);

    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (UpstreamPool? pool in _pools.Values) pool?.CloseIdle();
    }

    private UpstreamPool? Add(string prefix) => _pools.GetOrAdd(prefix, static (prefix, time) => UpstreamAddress.Parse(prefix) is { } address ? new UpstreamPool(address, time) : null, _time);

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1) return;
        foreach (UpstreamPool? pool in _pools.Values) pool?.Sweep();
        Volatile.Write(ref _sweeping, 0);
    }
}

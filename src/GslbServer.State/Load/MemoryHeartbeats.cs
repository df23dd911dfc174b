using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Heartbeats in this process's memory.</summary>
public sealed class MemoryHeartbeats(TimeProvider time) : IHeartbeatStore
{
    private readonly Dictionary<(string Region, string Writer), (BalancerLoad Load, long WrittenAt)> _held = [];

    public Task WriteAsync(BalancerLoad load, CancellationToken cancel)
    {
        lock (_held)
            _held[(load.Region, load.Writer)] = (load, time.GetTimestamp());
        return Task.CompletedTask;
    }

    internal IReadOnlyList<BalancerLoad> Read()
    {
        lock (_held)
        {
            foreach ((string, string) faded in _held.Where(pair => time.GetElapsedTime(pair.Value.WrittenAt) > Keys.HeartbeatLifetime).Select(pair => pair.Key).ToList())
                _held.Remove(faded);
            return [.. _held.Values.Select(held => held.Load)];
        }
    }
}

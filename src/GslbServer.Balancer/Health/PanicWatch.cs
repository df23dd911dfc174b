using System.Collections.Concurrent;

namespace GslbServer.Balancer;

/// <summary>Which clusters panic now; says when it begins and ends.</summary>
internal sealed class PanicWatch(ILogger<PanicWatch> logger)
{
    private readonly ConcurrentDictionary<string, bool> _panicking = new(StringComparer.OrdinalIgnoreCase);

    public bool Panics(string cluster) => _panicking.ContainsKey(cluster);

    public void Tell(string cluster, bool panics, int available, int total)
    {
        if (panics && _panicking.TryAdd(cluster, true)) Log.PanicBegan(logger, cluster, available, total);
        else if (!panics && _panicking.TryRemove(cluster, out _)) Log.PanicEnded(logger, cluster, available, total);
    }
}

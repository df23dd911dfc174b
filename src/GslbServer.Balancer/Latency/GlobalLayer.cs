using GslbServer.State;

namespace GslbServer.Balancer;

/// <summary>The stores of the global layer that this balancer has joined.</summary>
internal sealed class GlobalLayer : IAsyncDisposable
{
    private readonly RedisStore[] _stores;

    public GlobalLayer(Settings settings, TimeProvider time, ILoggerFactory loggers)
    {
        BalancerOptions options = settings.Options;
        StateSigner signer = options.SignStateKeyFile.Length == 0 ? StateSigner.Off
            : StateSigner.Read(options.SignStateKeyFile, out string problem) ?? throw new InvalidDataException(problem);
        _stores = [.. options.Redis.Select(store => new RedisStore(store, options.Cluster, time, signer))];
        Feed = new LatencyFeed([.. _stores.Select(store => store.Latency)], disk: null, options.Latency.Epoch, reads: false, time, loggers.CreateLogger<LatencyFeed>());
    }

    public LatencyFeed Feed { get; }

    /// <summary>The own one first.</summary>
    public IReadOnlyList<IStateStore> Stores => _stores;

    /// <summary>Of the own store.</summary>
    public IHeartbeatStore Heartbeats => _stores[0].Heartbeats;

    /// <summary>Of the own store.</summary>
    public ILeaseStore Leases => _stores[0].Leases;

    public async ValueTask DisposeAsync()
    {
        await Feed.DisposeAsync();
        foreach (RedisStore store in _stores) await store.DisposeAsync();
    }
}

using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The pool of one cluster, made anew when the backends that take traffic or their weights have changed, and not for each request.</summary>
internal sealed class PoolSource(ClusterState cluster, TrafficTable traffic)
{
    /// <summary>Slow start and operators move weights; so often they are looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _making = new();
    private volatile Current? _current;
    private KeyLookup? _ring, _maglev;

    public Arrivals Arrivals { get; } = new(cluster, traffic);

    /// <summary>Holds what WeightedRoundRobin knows of its members.</summary>
    public Lock Turns { get; } = new();

    public Pool Of(IReadOnlyList<DestinationState> available, SlowStartSettings slowStart, TimeProvider time)
    {
        long now = time.GetTimestamp();
        Current? current = _current;
        if (current is not null && ReferenceEquals(current.Pool.Destinations, available) && now < current.Until) return current.Pool;
        // One attempt's own choice, a retry's for example: of no use to others.
        return ReferenceEquals(available, cluster.DestinationsState.AvailableDestinations) ? Renew(available, slowStart, time) : Make(available, slowStart, time);
    }

    /// <summary>The ring of all destinations: those that take no traffic are passed by, so that only their keys move.</summary>
    public KeyLookup Ring(Pool pool)
    {
        Backend[] all = [.. cluster.DestinationsState.AllDestinations.Select(traffic.Of)];
        lock (_making) return _ring = KeyLookup.Of(all, ConfiguredWeights(all), pool.Members, _ring, HashRing.Build);
    }

    /// <summary>A Maglev table has no room for those that take no traffic. One attempt's own choice passes by what it leaves out.</summary>
    public KeyLookup Maglev(Pool pool)
    {
        lock (_making)
        {
            Backend[] members = _current is { } current ? current.Pool.Members : pool.Members;
            return _maglev = KeyLookup.Of(members, ConfiguredWeights(members), pool.Members, _maglev, MaglevTable.Build);
        }
    }

    private Pool Renew(IReadOnlyList<DestinationState> available, SlowStartSettings slowStart, TimeProvider time)
    {
        Arrivals.Look(time);
        lock (_making)
        {
            Current? current = _current;
            long now = time.GetTimestamp();
            bool isSame = current is not null && ReferenceEquals(current.Pool.Destinations, available);
            if (isSame && now < current!.Until) return current.Pool;
            Pool pool = Make(available, slowStart, time);
            if (isSame && HasWeightsOf(pool, current!.Pool)) pool = current.Pool;
            _current = new Current(pool, now + (long)(LookEvery.TotalSeconds * time.TimestampFrequency));
            return pool;
        }
    }

    private Pool Make(IReadOnlyList<DestinationState> available, SlowStartSettings slowStart, TimeProvider time)
    {
        Backend[] members = [.. available.Select(traffic.Of)];
        double[] configured = ConfiguredWeights(members), now = [.. configured];
        bool[] isFresh = [.. members.Select(member => member.Came != 0 && time.GetElapsedTime(member.Came) < slowStart.Window)];
        if (SlowStart.Holds(isFresh.Count(fresh => fresh), members.Length))
        {
            for (int i = 0; i < members.Length; i++)
            {
                if (isFresh[i]) now[i] *= SlowStart.Factor(time.GetElapsedTime(members[i].Came), slowStart);
            }
        }

        return new Pool(available, members, configured, now);
    }

    private static double[] ConfiguredWeights(Backend[] backends) => [.. backends.Select(backend => Metadata.Weight(backend.Destination.Model.Config) * backend.OperatorWeight)];

    private static bool HasWeightsOf(Pool pool, Pool other) => pool.Weights.AsSpan().SequenceEqual(other.Weights) && pool.Configured.AsSpan().SequenceEqual(other.Configured);

    /// <param name="Until">Timestamp; then the weights are looked at again.</param>
    private sealed record Current(Pool Pool, long Until);
}

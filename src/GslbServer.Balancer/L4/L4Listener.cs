using System.Collections.Concurrent;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>One service of <c>Balancer:L4</c> at run time, kept by its name across reloads: its plan, its destinations with their checks, what is open.</summary>
internal sealed class L4Listener : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<(string Sni, string Name, string Address), (L4Target Target, CancellationTokenSource Stop, Task Checks)> _targets = [];
    private readonly ConcurrentDictionary<IL4Session, byte> _sessions = [];
    private readonly long[] _refused = new long[Enum.GetValues<L4Refusal>().Length];
    private volatile L4Plan _plan;

    public L4Listener(string name, L4Settings settings, TimeProvider time, ILogger logger)
    {
        (Name, _time, _logger) = (name, time, logger);
        _plan = Plan(settings);
    }

    public string Name { get; }

    /// <summary>Take it once per connection.</summary>
    public L4Plan InForce => _plan;

    public ILogger Logger => _logger;

    public TimeProvider Time => _time;

    /// <summary>Monotonic.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0);

    public ICollection<IL4Session> Sessions => _sessions.Keys;

    public int Active => _active;

    private int _active;

    public long CountOf(L4Refusal why) => Volatile.Read(ref _refused[(int)why]);

    public void Refuse(L4Refusal why) => Interlocked.Increment(ref _refused[(int)why]);

    /// <returns>False if there are too many; otherwise the session is removed when it ends.</returns>
    public bool TryAdd(IL4Session session)
    {
        if (Interlocked.Increment(ref _active) > InForce.Settings.MaxInForce)
        {
            Interlocked.Decrement(ref _active);
            return false;
        }

        _sessions[session] = 0;
        return true;
    }

    public void Remove(IL4Session session)
    {
        if (_sessions.TryRemove(session, out _)) Interlocked.Decrement(ref _active);
    }

    public void Failed(L4Pool pool, L4Target target)
    {
        if (target.Failed(Now, InForce.Settings) && pool.HasOther(target, Now)) Log.L4Ejected(_logger, pool.Name, target.Name, InForce.Settings.EjectFor);
    }

    /// <summary>New settings of the same name. What is open stays open.</summary>
    public void Apply(L4Settings settings)
    {
        L4Plan next = Plan(settings);
        HashSet<L4Target> kept = [.. next.Pools.SelectMany(pool => pool.Targets)];
        _plan = next;
        foreach ((var key, (L4Target target, CancellationTokenSource stop, _)) in _targets.ToArray())
        {
            if (kept.Contains(target)) continue;
            stop.Cancel();
            _targets.Remove(key);
        }
    }

    public IEnumerable<ClusterHealth> Health()
    {
        L4Plan plan = InForce;
        TimeSpan now = Now;
        foreach (L4Pool pool in plan.Pools)
        {
            yield return new ClusterHealth(pool.Name,
                Live: pool.Targets.Count(target => IsLive(plan, target, now)),
                Total: pool.Targets.Count,
                Ejected: pool.Targets.Count(target => target.IsEjected(now)),
                Unjudged: plan.Settings.IsChecked ? pool.Targets.Count(target => target.Checked == DestinationHealth.Unknown) : 0);
        }
    }

    public static bool IsLive(L4Plan plan, L4Target target, TimeSpan now) =>
        target.IsThere && !target.Settings.Drain && !target.IsEjected(now) && (!plan.Settings.IsChecked || target.Checked == DestinationHealth.Healthy);

    public async ValueTask DisposeAsync()
    {
        foreach ((_, CancellationTokenSource stop, _) in _targets.Values) await stop.CancelAsync();
        foreach ((_, CancellationTokenSource stop, Task checks) in _targets.Values)
        {
            await checks;
            stop.Dispose();
        }

        _targets.Clear();
    }

    private L4Plan Plan(L4Settings settings) => L4Plan.Of(Name, settings, (sni, name, destination) =>
    {
        var key = (sni, name, destination.Address);
        if (!_targets.TryGetValue(key, out var known))
        {
            var target = new L4Target(name, destination);
            var stop = new CancellationTokenSource();
            _targets[key] = known = (target, stop, L4Checks.RunAsync(this, sni.Length == 0 ? $"L4:{Name}" : $"L4:{Name}:{sni}", target, settings, stop.Token));
        }

        known.Target.Settings = destination;
        return known.Target;
    });
}

/// <summary>Something open: a TCP connection, or what a UDP client and a destination have said to each other lately.</summary>
internal interface IL4Session
{
    /// <summary>Breaks it off.</summary>
    void Cut();

    /// <summary>Breaks it off if nothing was carried for so long.</summary>
    void CutIfIdle(TimeSpan now, TimeSpan idle);
}

/// <summary>Why a connection, or a datagram, went nowhere.</summary>
internal enum L4Refusal
{
    /// <summary>Too many are open, or file descriptors run short.</summary>
    Full,

    /// <summary>No PROXY header may come from there.</summary>
    Untrusted,

    /// <summary>No PROXY header, or a bad one.</summary>
    ProxyHeader,

    /// <summary>What should be a ClientHello is none.</summary>
    ClientHello,

    /// <summary>The hello did not come in time.</summary>
    Slow,

    /// <summary>No entry takes this name.</summary>
    ServerName,

    /// <summary>All destinations are down, draining, or were tried.</summary>
    NoDestination,

    /// <summary>The balancer stops.</summary>
    Draining,
}

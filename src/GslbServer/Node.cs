using System.Net;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A running node without its admin listener: zones and geodata loaded, DNS served, endpoints probed, state shared. The admin API asks it; it knows
/// nothing of HTTP.</summary>
public sealed class Node : IAsyncDisposable
{
    /// <summary>Loads zones and geodata and binds every DNS listener.</summary>
    /// <exception cref="StartupException">Zones with errors, an unusable database, a port in use: every problem, one line each.</exception>
    public static Task<Node> StartAsync(NodeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel) => throw new NotImplementedException();

    public NodeOptions Options => throw new NotImplementedException();

    public ServingState Serving => throw new NotImplementedException();

    public StateFeed Feed => throw new NotImplementedException();

    /// <summary>Transitions, overrides, reloads, for the event stream.</summary>
    public EventLog Events => throw new NotImplementedException();

    public Counters Counters => throw new NotImplementedException();

    public DateTimeOffset StartedAt => throw new NotImplementedException();

    /// <summary>Where DNS is answered, UDP and TCP.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => throw new NotImplementedException();

    /// <summary>Warnings of the load in force.</summary>
    public IReadOnlyList<string> Warnings => throw new NotImplementedException();

    /// <summary>Monotonic time on the clock of <see cref="HealthTable.Now"/>.</summary>
    public TimeSpan Now => throw new NotImplementedException();

    /// <summary>Why the node is not ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady => throw new NotImplementedException();

    /// <summary>Reads zones and geodata again, now. Either all of it takes effect or nothing.</summary>
    public Task<ReloadResult> ReloadAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Stops being ready, answers what is in flight, tells the other nodes, stops. Within 5 s.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

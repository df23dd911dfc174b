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

/// <param name="Errors">Every problem as <c>file:line:column: message</c>; empty when the new data is in force.</param>
/// <param name="Warnings">What is in force all the same.</param>
/// <param name="InForce">What is served now, for people: <c>gslb.example. serial 2026112001; ...</c>.</param>
public sealed record ReloadResult(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, string InForce);

/// <summary>A node that cannot start. One line per problem.</summary>
public sealed class StartupException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

/// <summary>Probes every monitor of the present topology at its cadence: one Quartz trigger per cadence, async fan-out with a fixed phase per monitor, no check
/// waiting for another. After the first failure it confirms within half a second.</summary>
public sealed class ProbeSchedule : IAsyncDisposable
{
    /// <param name="node">This vantage's name: part of each monitor's phase, so that nodes do not probe in step.</param>
    /// <param name="execDirectory">Where CHECK exec commands must live; null refuses them.</param>
    /// <param name="observed">Called on a background thread with everything this vantage sees, whenever a probe changed any of it in a way that matters (verdict,
    /// first failure, settled), and at least each second.</param>
    public ProbeSchedule(string node, string? execDirectory, TimeProvider time, ILogger<ProbeSchedule> logger, Action<IReadOnlyList<Observation>> observed)
        => throw new NotImplementedException();

    /// <summary>Every monitor of the present topology has been probed once since it came.</summary>
    public bool FirstRoundComplete => throw new NotImplementedException();

    public Task StartAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Takes over a new topology: monitors that stay (by key) keep their counters, new ones are probed at once, gone ones end.</summary>
    /// <param name="known">Observations from before a restart: a starting point for monitors that have none yet.</param>
    public void Apply(Topology topology, IReadOnlyList<Observation>? known = null) => throw new NotImplementedException();

    public Task StopAsync() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

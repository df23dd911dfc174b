using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="RiseFall"/>: counts probes of each destination, reports verdicts, logs their changes. A probe succeeds with a 2xx.</summary>
/// <remarks>YARP calls it for one cluster at a time, after every probe of a round ended.</remarks>
internal sealed class RiseFallPolicy(IDestinationHealthUpdater updater, TrafficTable traffic, TimeProvider time, ILogger<RiseFallPolicy> logger) : IActiveHealthCheckPolicy
{
    public const string PolicyName = "RiseFall";

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> _runs = [];

    public string Name => PolicyName;

    public void ProbingCompleted(ClusterState cluster, IReadOnlyList<DestinationProbingResult> probingResults)
    {
        (int rise, int fall) = (Metadata.Rise(cluster.Model.Config), Metadata.Fall(cluster.Model.Config));
        var verdicts = new NewActiveDestinationHealth[probingResults.Count];
        for (int i = 0; i < verdicts.Length; i++)
        {
            DestinationProbingResult result = probingResults[i];
            DestinationState destination = result.Destination;
            StrongBox<int> run = _runs.GetOrCreateValue(destination);
            var before = new RiseFall(destination.Health.Active, run.Value);
            RiseFall after = before.After(result.Response is { IsSuccessStatusCode: true }, rise, fall);
            run.Value = after.Run;
            verdicts[i] = new(destination, after.Health);
            if (after.Health == DestinationHealth.Healthy && run.Value == 0) EndEjection(cluster, destination);
            if (after.Health == before.Health) continue;
            LogLevel level = after.Health == DestinationHealth.Healthy ? LogLevel.Information : LogLevel.Warning;
            string cause = Cause(result);
            Log.HealthChanged(logger, level, cluster.ClusterId, destination.DestinationId, before.Health, after.Health, cause);
        }

        updater.SetActive(cluster, verdicts);
    }

    private void EndEjection(ClusterState cluster, DestinationState destination)
    {
        if (destination.Health.Passive != DestinationHealth.Unhealthy || !traffic.SettingsOf(cluster).Outliers.CheckReturns) return;
        EjectionPolicy.Return(cluster, destination, traffic, updater, time.GetElapsedTime(0));
        Log.ReturnedByCheck(logger, cluster.ClusterId, destination.DestinationId);
    }

    private static string Cause(DestinationProbingResult result) => result switch
    {
        { Response: { } response } => $"status {(int)response.StatusCode}",
        { Exception: OperationCanceledException } => "no answer in time",
        { Exception: { } error } => error.Message,
        _ => "no answer",
    };
}

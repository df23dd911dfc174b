using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="Ejection"/>: counts each destination's answers and ejects it after gateway errors in a row, or when it answers well less often than the others.</summary>
/// <remarks>YARP's own TransportFailureRate never reactivates before its detection window (60 s) is over and has no cap, so a short storm could eject a whole cluster.</remarks>
internal sealed class EjectionPolicy(IDestinationHealthUpdater updater, TrafficTable traffic, RequestCounters counters, TimeProvider time, ILogger<EjectionPolicy> logger) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ConsecutiveGatewayErrors";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        AttemptOutcome outcome = AttemptOutcomes.Of(context);
        if (outcome == AttemptOutcome.ClientGone) return;
        OutlierSettings settings = traffic.SettingsOf(cluster).Outliers;
        int run = traffic.Of(destination).Ejection.Add(outcome == AttemptOutcome.GatewayError, isError: outcome != AttemptOutcome.Answered);
        if (run > 0 && (settings.GatewayErrors ?? Metadata.EjectAfter(cluster.Model.Config)) is > 0 and var most && run >= most && Eject(cluster, destination) is { } period)
        {
            Log.Ejected(logger, cluster.ClusterId, destination.DestinationId, run, period);
        }

        TimeSpan now = time.GetElapsedTime(0);
        if (settings.SuccessRate.Deviations > 0 && traffic.Of(cluster).Outliers.IsDue(now, settings.SuccessRate.Interval)) Sweep(cluster, settings.SuccessRate);
    }

    /// <summary>A good check ends an ejection before its time.</summary>
    public static void Return(ClusterState cluster, DestinationState destination, TrafficTable traffic, IDestinationHealthUpdater updater, TimeSpan now)
    {
        lock (traffic.Of(cluster).Outliers.Ejecting)
        {
            traffic.Of(destination).Ejection.Return(now);
            updater.SetPassive(cluster, destination, DestinationHealth.Unknown, TimeSpan.Zero);
        }
    }

    private void Sweep(ClusterState cluster, SuccessRateSettings settings)
    {
        (DestinationState Destination, double Rate)[] comparable =
        [
            .. cluster.DestinationsState.AllDestinations.Select(destination => (Destination: destination, Answers: traffic.Of(destination).Ejection.Take()))
                .Where(entry => entry.Answers.Total >= settings.Requests)
                .Select(entry => (entry.Destination, 1 - ((double)entry.Answers.Errors / entry.Answers.Total))),
        ];
        if (comparable.Length < settings.Hosts) return;
        double threshold = Ejection.Threshold([.. comparable.Select(entry => entry.Rate)], settings.Deviations);
        foreach ((DestinationState destination, double rate) in comparable.Where(entry => entry.Rate < threshold).OrderBy(entry => entry.Rate))
        {
            if (Eject(cluster, destination) is { } period) Log.EjectedOutlier(logger, cluster.ClusterId, destination.DestinationId, rate, threshold, period);
        }
    }

    /// <returns>How long; null if it stays.</returns>
    private TimeSpan? Eject(ClusterState cluster, DestinationState destination)
    {
        ClusterSettings settings = traffic.SettingsOf(cluster);
        TimeSpan first = settings.Outliers.BaseEjection ?? cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? Ejection.DefaultBase, period;
        lock (traffic.Of(cluster).Outliers.Ejecting)
        {
            IReadOnlyList<DestinationState> all = cluster.DestinationsState.AllDestinations;
            if (!AvailableDestinations.TakesTraffic(destination)) return null;
            int ejected = all.Count(other => other.Health.Passive == DestinationHealth.Unhealthy);
            if (!Ejection.IsAllowed(all.Count, all.Count(AvailableDestinations.TakesTraffic), ejected, settings.Outliers.MaxEjected, settings.Panic)) return null;
            period = traffic.Of(destination).Ejection.Eject(time.GetElapsedTime(0), first, settings.Outliers);
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, period);
        }

        counters.CountEjection(cluster.ClusterId, destination.DestinationId);
        return period;
    }
}

using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="GatewayErrorRun"/>: counts each destination's gateway errors in a row and ejects it for a while.</summary>
/// <remarks>YARP's own TransportFailureRate never reactivates before its detection window (60 s) is over and has no cap, so a short storm could eject a whole cluster.</remarks>
internal sealed class EjectionPolicy(IDestinationHealthUpdater updater, RequestCounters counters, ILogger<EjectionPolicy> logger) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ConsecutiveGatewayErrors";

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> _runs = [];
    private readonly Lock _ejecting = new();

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        StrongBox<int> run = _runs.GetOrCreateValue(destination);
        ForwarderError error = context.GetForwarderErrorFeature()?.Error ?? ForwarderError.None;
        if (GatewayErrorRun.CountsAgainst(error, context.Response.StatusCode))
        {
            Eject(cluster, destination, run, Interlocked.Increment(ref run.Value));
        }
        else if (Volatile.Read(ref run.Value) != 0 && !context.RequestAborted.IsCancellationRequested)
        {
            Volatile.Write(ref run.Value, 0);
        }
    }

    private void Eject(ClusterState cluster, DestinationState destination, StrongBox<int> run, int errors)
    {
        int ejectAfter = Metadata.EjectAfter(cluster.Model.Config);
        if (errors < ejectAfter) return;
        TimeSpan ejection = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? GatewayErrorRun.DefaultEjection;
        // One at a time: two that fail together must not each count on the other to stay.
        lock (_ejecting)
        {
            if (destination.Health.Passive == DestinationHealth.Unhealthy) return;
            int others = cluster.DestinationsState.AllDestinations.Count(other => other != destination && AvailableDestinations.TakesTraffic(other));
            if (!GatewayErrorRun.Ejects(errors, ejectAfter, others)) return;
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, ejection);
        }

        Volatile.Write(ref run.Value, 0);
        counters.CountEjection(cluster.ClusterId, destination.DestinationId);
        Log.Ejected(logger, cluster.ClusterId, destination.DestinationId, errors, ejection);
    }
}

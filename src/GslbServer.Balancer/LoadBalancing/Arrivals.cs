using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Notes which backends of a cluster have just come: added by a reload, recovered by their checks, back from an ejection or a drain. All that were there at the start were always there.</summary>
/// <remarks>It compares what takes traffic with what took traffic at the last request. While there are no requests nothing is noted, and nothing is lost by it.</remarks>
internal sealed class Arrivals(ClusterState cluster, TrafficTable traffic)
{
    private readonly Lock _noting = new();
    private volatile IReadOnlyList<DestinationState>? _seen;

    /// <summary>Once per request: one comparison, unless something has changed.</summary>
    public void Look(TimeProvider time)
    {
        IReadOnlyList<DestinationState> now = cluster.DestinationsState.AvailableDestinations;
        if (!ReferenceEquals(now, _seen)) Note(now, time);
    }

    private void Note(IReadOnlyList<DestinationState> now, TimeProvider time)
    {
        lock (_noting)
        {
            // Without anyone there is nothing to compare with: who comes first after that has to take it all.
            if (ReferenceEquals(now, _seen) || now.Count == 0) return;
            if (_seen is { } before)
            {
                HashSet<DestinationState> old = [.. before];
                Backend[] fresh = [.. now.Where(destination => !old.Contains(destination)).Select(traffic.Of)];
                if (SlowStart.Holds(fresh.Length, now.Count))
                {
                    foreach (Backend backend in fresh) backend.Came = Math.Max(1, time.GetTimestamp());
                }
            }

            _seen = now;
        }
    }
}

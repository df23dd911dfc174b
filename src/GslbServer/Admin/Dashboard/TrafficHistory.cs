using GslbServer.Steering;

namespace GslbServer;

/// <summary>Queries a second and round trips of probes, of the last minutes. One thread writes; readers take a copy under the gate.</summary>
internal sealed class TrafficHistory
{
    public const int Kept = 600;

    /// <summary>More lines than a plot can show.</summary>
    private const int MostRegions = 32;

    private readonly Queue<TrafficPoint> _points = new();
    private readonly Lock _gate = new();
    private (long Queries, long Steered, long Failed, long Dropped) _before;
    private TimeSpan? _at;

    public TrafficPoint Look(IEnumerable<(string Name, string Help, (string Name, string Value)[] Labels, long Value)> counters, SteeringTable steering, VantageReport? self, TimeSpan now, DateTimeOffset utcNow)
    {
        (long Queries, long Steered, long Failed, long Dropped) sums = default;
        foreach ((string name, _, (string, string)[] labels, long value) in counters)
        {
            switch (name)
            {
                case "gslb_dns_queries_total":
                    sums.Queries += value;
                    break;
                case "gslb_dns_steered_answers_total":
                    sums.Steered += value;
                    break;
                case "gslb_dns_responses_total" when labels is [("rcode", "SERVFAIL" or "REFUSED")]:
                    sums.Failed += value;
                    break;
                case "gslb_dns_dropped_total":
                    sums.Dropped += value;
                    break;
            }
        }

        double seconds = _at is { } before ? Math.Max(0.001, (now - before).TotalSeconds) : double.PositiveInfinity;
        double Rate(long present, long past) => Math.Round((present - past) / seconds, 1);
        var point = new TrafficPoint(utcNow, Rate(sums.Queries, _before.Queries), Rate(sums.Steered, _before.Steered), Rate(sums.Failed, _before.Failed), Rate(sums.Dropped, _before.Dropped),
            RoundTrips(steering.Plan.Topology, self));
        (_before, _at) = (sums, now);
        lock (_gate)
        {
            _points.Enqueue(point);
            if (_points.Count > Kept)
                _points.Dequeue();
        }

        return point;
    }

    public TrafficPoint[] Read()
    {
        lock (_gate)
            return [.. _points];
    }

    private static Dictionary<string, double> RoundTrips(Topology topology, VantageReport? self)
    {
        var fastest = new Dictionary<string, double>();
        if (self is null)
            return fastest;
        ILookup<string, Observation> seen = self.Observations.Take(1_024).ToLookup(one => one.Monitor, StringComparer.Ordinal);
        foreach (Steering.Monitor monitor in topology.Monitors)
        {
            string label = topology.Regions[monitor.Region].Label;
            foreach (Observation one in seen[monitor.Key].Where(one => one.Verdict == Verdict.Up && one.RttMilliseconds > 0))
            {
                double ms = Math.Round(one.RttMilliseconds, 2);
                if (fastest.TryGetValue(label, out double known) ? ms < known : fastest.Count < MostRegions)
                    fastest[label] = ms;
            }
        }

        return fastest;
    }
}

namespace GslbServer.Steering;

/// <summary>What the balancers of a region all say: bad news is taken at their word.</summary>
public enum RegionNews : byte
{
    None,

    /// <summary>All of them drain: counts as drained.</summary>
    Draining,

    /// <summary>None of them serves: counts as down.</summary>
    NotServing,
}

/// <summary>A region as its balancers report it, summed up.</summary>
/// <param name="Balancers">Those heard of lately, without those that left.</param>
/// <param name="Draining">Of these; as <paramref name="NotServing"/>, which drains not.</param>
/// <param name="Live">Backends, as <paramref name="Total"/>.</param>
/// <param name="Capacity">Requests per second of the balancers that serve; what the zone says where none of them says its own.</param>
/// <param name="Utilisation">1 is full; null while nobody tells.</param>
/// <param name="Errors">Share of answers with a 5xx status, 0..1.</param>
/// <param name="P99Ms">The worst of its balancers.</param>
public sealed record RegionLoad(string Label, int Balancers, int Draining, int NotServing, int Live, int Total, int InFlight, double Rps, double? Capacity,
    double? Utilisation, double Errors, double? P50Ms, double? P99Ms, RegionNews News)
{
    public bool IsHeard => Balancers > 0;

    /// <param name="views">Of this region.</param>
    /// <param name="written">Capacity as the zone has it; null for none.</param>
    public static RegionLoad Sum(string label, IEnumerable<BalancerView> views, double? written, TimeSpan now)
    {
        BalancerLoad[] fresh = [.. views.Where(view => view.IsFresh(now)).Select(view => view.Load)];
        BalancerLoad[] present = [.. fresh.Where(load => !load.Leaving)];
        BalancerLoad[] serving = [.. present.Where(load => load.Serving && !load.Draining)];
        double? capacity = serving.Any(load => load.Capacity is not null) ? serving.Sum(load => load.Capacity ?? 0) : serving.Length > 0 ? written : null;
        double rps = present.Sum(load => load.Rps);
        return new RegionLoad(label, present.Length, present.Count(load => load.Draining), present.Count(load => !load.Serving && !load.Draining), present.Sum(load => load.Live),
            present.Sum(load => load.Total), present.Sum(load => load.InFlight), rps, capacity, Use(serving, capacity), rps > 0 ? present.Sum(load => load.Errors * load.Rps) / rps : 0,
            present.Max(load => load.P50Ms), present.Max(load => load.P99Ms), NewsOf(fresh));
    }

    /// <summary>The higher of requests of capacity and what the balancers say of themselves, each by what it can take.</summary>
    private static double? Use(BalancerLoad[] serving, double? capacity)
    {
        // One that drains still answers, but what it answers will soon come to those that stay: it is in no sum of theirs.
        double? byRequests = capacity > 0 ? serving.Where(load => load.Capacity is not null || serving.All(other => other.Capacity is null)).Sum(load => load.Rps) / capacity : null;
        BalancerLoad[] telling = [.. serving.Where(load => load.Utilisation is not null)];
        if (telling.Length == 0)
            return byRequests;
        double[] weights = [.. telling.Select(load => telling.All(other => other.Capacity is not null) ? load.Capacity ?? 1 : 1)];
        double told = telling.Zip(weights).Sum(pair => (pair.First.Utilisation ?? 0) * pair.Second) / weights.Sum();
        return Math.Max(byRequests ?? 0, told);
    }

    /// <summary>Silence is no news, and one that serves outweighs all others.</summary>
    private static RegionNews NewsOf(BalancerLoad[] fresh) => fresh.Length == 0 || fresh.Any(load => load.Serving && !load.Draining) ? RegionNews.None
        : fresh.Any(load => load.Draining) ? RegionNews.Draining : RegionNews.NotServing;
}

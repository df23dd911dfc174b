using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What every viewer of the dashboard gets once a second: the state whole, and what came since the frame before.</summary>
/// <param name="Sequence">One more than the frame before; after a gap a viewer connects again.</param>
/// <param name="PeriodSeconds">Until the next one: more than 1 where there is so much to tell that it would cost too much.</param>
/// <param name="Resolvers">Null: as before.</param>
/// <param name="Entries">New ones of the audit trail, oldest first.</param>
/// <param name="Drills">Those under way and the last few, the newest first.</param>
internal sealed record LiveFrame(long Sequence, DateTimeOffset At, double PeriodSeconds, StatusReport Status, TrafficPoint Traffic, IReadOnlyList<SampledAnswer> Answers,
    IReadOnlyList<LocatedResolver>? Resolvers, IReadOnlyList<BalancerStatus> Balancers, IReadOnlyList<AuditEntry> Entries, IReadOnlyList<DrillReport> Drills);

/// <summary>What a viewer gets first: what the node remembers, so that plots and strips do not begin empty.</summary>
/// <param name="Sequence">Of the last frame before.</param>
/// <param name="Health">By vantage, monitor and slot.</param>
internal sealed record LiveHello(long Sequence, DateTimeOffset At, IReadOnlyList<TrafficPoint> Traffic, HealthStrips Health, IReadOnlyList<SampledAnswer> Answers,
    IReadOnlyList<LocatedResolver> Resolvers, IReadOnlyList<AuditEntry> Entries);

/// <summary>One second of this node's traffic.</summary>
/// <param name="Queries">Per second, of all transports, as <paramref name="Steered"/>, <paramref name="Failed"/> and <paramref name="Dropped"/>.</param>
/// <param name="Failed">SERVFAIL and REFUSED.</param>
/// <param name="RoundTrips">Milliseconds of this node's probes by region label: the fastest address that is up.</param>
internal sealed record TrafficPoint(DateTimeOffset At, double Queries, double Steered, double Failed, double Dropped, IReadOnlyDictionary<string, double> RoundTrips);

/// <param name="Client">Prefix.</param>
/// <param name="Latitude">Null, as the rest of the place, where the geo database does not say.</param>
/// <param name="Regions">Labels of the regions whose addresses it got.</param>
internal sealed record SampledAnswer(DateTimeOffset At, string Name, string Type, string Client, double? Latitude, double? Longitude, string? Country, IReadOnlyList<string> Regions, string Answer);

/// <summary>A prefix with round trips, where the geo database says that it is.</summary>
/// <param name="Region">The nearest by round trip.</param>
internal sealed record LocatedResolver(string Client, double Latitude, double Longitude, string Region, double Milliseconds, int Samples);

/// <summary>One balancer as it says itself.</summary>
/// <param name="Fresh">False: nothing was heard for some seconds.</param>
/// <param name="Each">Its backends one by one, at most <see cref="BackendLoad.Most"/>.</param>
internal sealed record BalancerStatus(string Region, string Name, string Version, bool Fresh, bool Serving, bool Draining, bool Leaving, int Backends, int BackendsTotal, int InFlight,
    double Rps, double? Capacity, double? Utilisation, double Errors, double? P50Ms, double? P99Ms, IReadOnlyList<BackendLoad> Each);

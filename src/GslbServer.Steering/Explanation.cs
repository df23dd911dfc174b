namespace GslbServer.Steering;

/// <summary>Why a client gets an answer. Serialised as the JSON of <c>explain</c>: property names are part of the interface.</summary>
public sealed record Explanation(string Name, string Type, ExplainedClient Client, ExplainedLocation Location, IReadOnlyList<ExplainedStep> Steps,
    ExplainedAnswer Answer)
{
    /// <summary>The owner of the STEER, where that is not <see cref="Name"/>: a wildcard, or what an alias leads to.</summary>
    public string? SteeredBy { get; init; }
}

/// <param name="Source"><c>ecs</c> or <c>resolver</c>.</param>
public sealed record ExplainedClient(string Address, int PrefixLength, string Source);

/// <summary>Null where the database does not say.</summary>
public sealed record ExplainedLocation(string? Country, string? Continent, double? Latitude, double? Longitude, uint? Asn);

/// <param name="Filter"><c>fences</c>, <c>overrides</c>, <c>health</c>, <c>order</c>, <c>take</c>, <c>all-down</c>; nested ones carry their name: <c>order (americas.gslb.example.)</c>.</param>
/// <param name="Kept">Region labels, in order.</param>
/// <param name="Note">What decided, for people: distances, weights, "nothing measured yet: by distance".</param>
public sealed record ExplainedStep(string Filter, IReadOnlyList<string> Kept, IReadOnlyList<ExplainedDrop> Dropped, string? Note = null)
{
    /// <summary>Of <c>order</c>, where it goes by round trips: what is known of each region, the nearest first. Null elsewhere.</summary>
    public IReadOnlyList<ExplainedRoundTrip>? RoundTrips { get; init; }

    /// <summary>Of <c>order</c>, where it goes by load: by how much each target counts as farther away. Null elsewhere, and while no load is reported.</summary>
    public IReadOnlyList<ExplainedPrice>? Prices { get; init; }

    /// <summary>Of <c>order</c>: the region that comes first for some minutes only to be measured; null elsewhere.</summary>
    public string? Explored { get; init; }
}

/// <param name="Milliseconds">Clients see from 75 to 125 % of it, each leaf of the place table always the same.</param>
public sealed record ExplainedPrice(string Region, double Milliseconds);

/// <param name="Milliseconds">Null where nothing is known, as <paramref name="StandardError"/>.</param>
/// <param name="Samples">0 for guesses.</param>
/// <param name="AgeMinutes">Since the last sample; null for guesses.</param>
public sealed record ExplainedRoundTrip(string Region, double? Milliseconds, double? StandardError, int Samples, double? AgeMinutes, EstimateSource Source, EstimateConfidence Confidence)
{
    public static ExplainedRoundTrip Of(LatencyEstimate estimate) => new(estimate.Region, Finite(estimate.Milliseconds), Finite(estimate.StandardError), estimate.Samples,
        estimate.Age?.TotalMinutes, estimate.Source, estimate.Confidence);

    private static double? Finite(double ms) => double.IsFinite(ms) ? Math.Round(ms, 1) : null;
}

public sealed record ExplainedDrop(string Region, string Why);

/// <param name="Records">RDATA in presentation format, in order before rotation.</param>
public sealed record ExplainedAnswer(IReadOnlyList<string> Records, uint Ttl, string TtlReason, int Scope);

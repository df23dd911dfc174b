namespace GslbServer;

/// <summary>What <c>gslb simulate</c> found. Shares are of 1.</summary>
/// <param name="Clients">Where they come from, for people.</param>
/// <param name="Decisions">Leaves decided: each stands for all clients that get the same answer.</param>
/// <param name="Regions">Over all names.</param>
internal sealed record SimulationReport(string Clients, long Decisions, double Seconds, IReadOnlyList<string> Down, IReadOnlyList<string> Drained, double? RequestsPerSecond,
    IReadOnlyList<SimulatedName> Names, IReadOnlyList<SimulatedRegion> Regions, double? FullAt, IReadOnlyList<string> Warnings)
{
    /// <summary>The node whose round trips and prices it goes by, for people; null for none.</summary>
    public string? Node { get; init; }
}

/// <param name="TrafficShare">Of all names' traffic.</param>
/// <param name="Static">Share answered by the static records beside the STEER.</param>
/// <param name="Unanswered">Share that gets NODATA or SERVFAIL.</param>
internal sealed record SimulatedName(string Name, string Type, string Policy, double TrafficShare, IReadOnlyList<SimulatedShare> Regions, double Static, double Unanswered);

/// <param name="Countries">Of the region's own clients, those with most first.</param>
internal sealed record SimulatedShare(string Region, double Share, IReadOnlyList<CountryShare> Countries);

internal sealed record CountryShare(string Country, double Share)
{
    private const int Most = 8;

    /// <summary>The first of many, as parts of all.</summary>
    public static IReadOnlyList<CountryShare> First(IEnumerable<(string Country, double Weight)> countries)
    {
        (string Country, double Weight)[] all = [.. countries];
        double sum = all.Sum(one => one.Weight);
        return [.. all.Take(Most).Select(one => new CountryShare(one.Country.Length == 0 ? "unknown" : one.Country, one.Weight / sum))];
    }
}

/// <param name="Load">Requests per second; null without <c>--rate</c>.</param>
/// <param name="Capacity">As the zone says; null where it does not.</param>
internal sealed record SimulatedRegion(string Region, double Share, double? Load, double? Capacity);

/// <summary>What <c>gslb diff</c> found. Shares are of 1.</summary>
internal sealed record DiffReport(string Clients, long Decisions, double Seconds, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<NameDiff> Names)
{
    public bool HasDifferences => Added.Count > 0 || Removed.Count > 0 || Names.Any(name => name.Moved > 0 || name.OldTtl != name.NewTtl);
}

internal sealed record NameDiff(string Name, string Type, double Moved, uint OldTtl, uint NewTtl, IReadOnlyList<MoveShare> Moves);

/// <param name="From">A region, <c>static records</c> or <c>no answer</c>.</param>
/// <param name="Countries">Of those who move, those with most first.</param>
internal sealed record MoveShare(string From, string To, double Share, IReadOnlyList<CountryShare> Countries);

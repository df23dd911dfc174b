using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A <see cref="VantageReport"/> as written.</summary>
/// <param name="Prices">By region label, milliseconds; one that cannot be is left out.</param>
/// <param name="Observations">Elements are null where the text says so; such a report is not read.</param>
internal sealed record ReportRecord(int V, string Node, long Boot, long Sequence, bool IsProber, bool Leaving, string AppliedRevision, string TopologyHash,
    string ZoneHash, string GeoHash, IReadOnlyList<ObservationRecord?> Observations, string? Region = null, string? LatencyHash = null,
    double? LagMs = null, bool? Witness = null, IReadOnlyDictionary<string, double>? Prices = null, IReadOnlyList<DrillNotes>? Drills = null,
    DateTimeOffset? Clock = null)
{
    /// <summary>Prices beyond are not read.</summary>
    private const int MostPrices = 1024;

    private const int MaxDrills = 8, MaxDrillId = 300, MaxMarkKind = 30;

    public static ReportRecord From(VantageReport report) => new(StateJson.Version, report.Node, report.Boot, report.Sequence, report.IsProber, report.Leaving,
        report.AppliedRevision, report.TopologyHash, report.ZoneHash, report.GeoHash, [.. report.Observations.Select(ObservationRecord.From)], report.Region, report.LatencyHash,
        report.Lag > TimeSpan.Zero ? Math.Round(report.Lag.TotalMilliseconds) : null, report.IsWitness ? true : null,
        report.Prices.Count == 0 ? null : report.Prices.ToDictionary(vote => vote.Region, vote => vote.Ms), report.Drills.Count > 0 ? report.Drills : null, report.Clock);

    /// <summary>More would say nothing more.</summary>
    private const double LongestLagMs = 3_600_000;

    public ReportRecord WithoutObservations() => this with { Observations = [] };

    /// <returns>Null when this is not a version or a report that we understand.</returns>
    public VantageReport? ToReport()
    {
        if (V != StateJson.Version || Node.Length == 0 || Boot is < 0 or > StoredReport.MaxNumber || Sequence is < 0 or > StoredReport.MaxNumber)
            return null;
        var observations = new Observation[Observations.Count];
        for (int i = 0; i < observations.Length; i++)
        {
            if (Observations[i]?.ToObservation() is not { } observation)
                return null;
            observations[i] = observation;
        }

        return new VantageReport(Node, Region, Boot, Sequence, IsProber, Leaving, AppliedRevision, TopologyHash, ZoneHash, GeoHash, observations)
        {
            LatencyHash = LatencyHash,
            Lag = TimeSpan.FromMilliseconds(Math.Clamp(LagMs ?? 0, 0, LongestLagMs)),
            IsWitness = Witness == true,
            Clock = Clock,
            Prices = Prices is null ? [] : [.. Prices.Where(price => price.Value is >= 0 and <= LoadPrice.MostMs).Take(MostPrices).Select(price => new PriceVote(price.Key, price.Value))
                .OrderBy(vote => vote.Region, StringComparer.Ordinal)],
            Drills = Drills is null ? [] : DrillsOf(),
        };
    }

    /// <summary>Notes in another's name, or longer than notes are, are left out; the report stands.</summary>
    private DrillNotes[] DrillsOf() => [.. (Drills ?? []).Where(notes => notes is { Marks.Count: <= DrillNotes.MaxMarks } && notes.Node == Node && notes.Drill.Length <= MaxDrillId
        && notes.Marks.All(mark => mark is { Kind.Length: <= MaxMarkKind })
        && notes.Traffic.Count <= DrillTraffic.Most && notes.Traffic.All(sample => sample is not null)).Take(MaxDrills)];
}

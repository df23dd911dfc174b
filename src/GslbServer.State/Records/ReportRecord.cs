using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A <see cref="VantageReport"/> as written.</summary>
/// <param name="Observations">Elements are null where the text says so; such a report is not read.</param>
internal sealed record ReportRecord(int V, string Node, long Boot, long Sequence, bool IsProber, bool Leaving, string AppliedRevision, string TopologyHash,
    string ZoneHash, string GeoHash, IReadOnlyList<ObservationRecord?> Observations, string? Region = null, string? LatencyHash = null,
    double? LagMs = null, bool? Witness = null, long? Body = null, IReadOnlyList<DrillNotes>? Drills = null)
{
    private const int MaxDrills = 8, MaxDrillId = 300, MaxMarkKind = 30;

    public static ReportRecord From(VantageReport report) => new(StateJson.Version, report.Node, report.Boot, report.Sequence, report.IsProber, report.Leaving,
        report.AppliedRevision, report.TopologyHash, report.ZoneHash, report.GeoHash, [.. report.Observations.Select(ObservationRecord.From)], report.Region, report.LatencyHash,
        report.Lag > TimeSpan.Zero ? Math.Round(report.Lag.TotalMilliseconds) : null, report.IsWitness ? true : null, report.Body > 0 ? report.Body : null,
        report.Drills.Count > 0 ? report.Drills : null);

    /// <summary>More would say nothing more.</summary>
    private const double LongestLagMs = 3_600_000;

    public ReportRecord WithoutObservations() => this with { Observations = [] };

    /// <returns>Null when this is not a version or a report that we understand.</returns>
    public VantageReport? ToReport()
    {
        if (V != StateJson.Version || Node.Length == 0 || Boot < 0 || Sequence < 0)
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
            Body = Body ?? 0,
            Drills = Drills is null ? [] : DrillsOf(),
        };
    }

    /// <summary>Notes in another's name, or longer than notes are, are left out; the report stands.</summary>
    private DrillNotes[] DrillsOf() => [.. (Drills ?? []).Where(notes => notes is { Marks.Count: <= DrillNotes.MaxMarks } && notes.Node == Node && notes.Drill.Length <= MaxDrillId
        && notes.Marks.All(mark => mark is { Kind.Length: <= MaxMarkKind })).Take(MaxDrills)];
}

namespace GslbServer.State;

/// <summary>What changed in a report since the revision before.</summary>
/// <param name="Report">The whole of it but for observations.</param>
internal sealed record ReportDelta(int V, ReportRecord Report, IReadOnlyList<ReportDelta.Change?> Changes)
{
    /// <param name="Index">In the report's list of observations.</param>
    /// <param name="Observation">Its monitor's name is left out.</param>
    internal sealed record Change(int Index, ObservationRecord Observation);
}

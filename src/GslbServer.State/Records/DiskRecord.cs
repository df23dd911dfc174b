using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A state file: one of the lists, and when it was written (the writer's wall clock).</summary>
internal sealed record DiskRecord(int V, DateTimeOffset SavedAt, IReadOnlyList<OverrideRecord?>? Overrides = null, IReadOnlyList<ReportRecord?>? Reports = null,
    IReadOnlyList<HealthRecord?>? Health = null, IReadOnlyList<DrillHistory?>? Drills = null);

using System.Text.Json;

namespace GslbServer.Simulator;

/// <summary>Figures for programs: one object, numbers as numbers.</summary>
internal static class FiguresJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(Figures figures) => JsonSerializer.Serialize(new
    {
        seed = figures.Seed,
        hard = figures.IsHard,
        within5msN5 = Math.Round(figures.Of(5).Within, 3),
        within5msN10 = Math.Round(figures.Of(10).Within, 3),
        geo = Math.Round(figures.Geo.Within, 3),
        flipsPerGroupDay = Math.Round(figures.FlipsPerDay, 4),
        stepMovedMinutes = double.IsFinite(figures.StepMinutes) ? Math.Round(figures.StepMinutes, 2) : (double?)null,
        blipMoves = figures.BlipMoves,
        noEcsGap = Math.Round(figures.Of(10).NoSubnetGap, 3),
        sameAsGeoN0 = figures.Of(0).SameAsGeo,
        compileMs = figures.Cost?.CompileMs,
        decideMs = figures.Cost?.DecideMs,
        collectorMiB = figures.Cost?.CollectorMiB,
        mapOctets = figures.Cost?.MapOctets,
        missed = figures.Goals().Where(goal => !goal.Met).Select(goal => goal.What),
    }, Indented);
}

namespace GslbServer.Steering;

/// <summary>Round trip by distance where nothing nearer is known: <c>base + slope x distance</c>.</summary>
/// <param name="BaseMs">What is there at any distance: last mile, detours near by.</param>
/// <param name="SlopeMsPerKm">Not below that of light in fibre.</param>
/// <param name="SigmaMs">How far prefixes lie from it: 1.48 times the median distance, which is a standard deviation where they are normal.</param>
public readonly record struct DistanceModel(double BaseMs, double SlopeMsPerKm, double SigmaMs)
{
    /// <summary>Before anything is measured. Detours make paths about 1.75 times as long as light's.</summary>
    public static readonly DistanceModel Prior = new(12, 0.0175, 25);

    private const int LeastPoints = 30;

    /// <summary>Pairs are as many as the square of this.</summary>
    private const int MostPoints = 400;

    public double At(double km) => BaseMs + (SlopeMsPerKm * km);

    /// <summary>Fits by the median of the slopes between all pairs (Theil 1950, Sen 1968), which a quarter of wrong places does not move. What hardly differs from the
    /// model before is not taken over, so that guesses keep still.</summary>
    /// <param name="points">Of more than 400, so many are taken evenly.</param>
    internal static DistanceModel Fit(List<(double Km, double Ms)> points, DistanceModel before)
    {
        if (points.Count < LeastPoints)
            return before;
        double stride = Math.Max(1, (double)points.Count / MostPoints);
        var chosen = new List<(double Km, double Ms)>();
        for (double at = 0; (int)at < points.Count; at += stride)
            chosen.Add(points[(int)at]);

        var slopes = new List<double>();
        for (int i = 0; i < chosen.Count; i++)
        {
            for (int j = i + 1; j < chosen.Count; j++)
            {
                double km = chosen[j].Km - chosen[i].Km;
                if (Math.Abs(km) > 100)
                    slopes.Add((chosen[j].Ms - chosen[i].Ms) / km);
            }
        }

        if (slopes.Count == 0)
            return before;
        double slope = Math.Max(LatencyOptions.FibreMsPerKm, Robust.Median(slopes));
        double start = Math.Max(0.5, Robust.Median(chosen.ConvertAll(point => point.Ms - (slope * point.Km))));
        var line = new DistanceModel(start, slope, 0);
        var fitted = line with { SigmaMs = Math.Max(2, 1.4826 * Robust.Median(chosen.ConvertAll(point => Math.Abs(point.Ms - line.At(point.Km))))) };
        bool isNews = Math.Abs(fitted.BaseMs - before.BaseMs) > 2 || Math.Abs(fitted.SlopeMsPerKm - before.SlopeMsPerKm) > 0.05 * before.SlopeMsPerKm
            || Math.Abs(fitted.SigmaMs - before.SigmaMs) > 0.2 * before.SigmaMs;
        // Rounded as it travels.
        return isNews ? new DistanceModel(Math.Round(fitted.BaseMs, 3), Math.Round(fitted.SlopeMsPerKm, 6), Math.Round(fitted.SigmaMs, 3)) : before;
    }
}

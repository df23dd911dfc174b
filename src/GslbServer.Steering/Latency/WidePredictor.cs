namespace GslbServer.Steering;

/// <summary>A place for which round trips are guessed.</summary>
/// <param name="Kilometres">To each region; null when it is not known where the place is.</param>
/// <param name="Prefix">Line of the wide table for the prefix around it, or -1; as <paramref name="Asn"/> and <paramref name="Country"/>.</param>
internal readonly record struct GuessedPlace(double[]? Kilometres, int Prefix, int Asn, int Country)
{
    public bool HasWide => (Prefix & Asn & Country) != -1;
}

/// <summary>Guesses from the nearest wider knowledge that there is; the last is distance.</summary>
internal sealed class WidePredictor(DistanceModel model, WideTable wide, int regions)
{
    /// <summary>Fewer prefixes say nothing about others.</summary>
    public const int LeastMembers = 3;

    /// <summary>An imported table is taken to be so far off.</summary>
    private const double ImportedSigmaShare = 0.2;

    /// <param name="sigma">How far off single prefixes are, ms.</param>
    /// <returns>Milliseconds; NaN when there is nothing to guess from.</returns>
    public double Guess(in GuessedPlace place, int region, out double sigma, out EstimateSource source)
    {
        double ms = AtLevel(place, place.Prefix, region, out sigma);
        source = EstimateSource.WiderPrefix;
        if (!double.IsNaN(ms))
            return ms;
        ms = AtLevel(place, place.Asn, region, out sigma);
        source = EstimateSource.Asn;
        if (!double.IsNaN(ms))
            return ms;
        ms = AtLevel(place, place.Country, region, out sigma);
        source = EstimateSource.Country;
        if (!double.IsNaN(ms))
            return ms;
        source = place.Kilometres is null ? EstimateSource.None : EstimateSource.Distance;
        sigma = model.SigmaMs;
        return place.Kilometres is null ? double.NaN : model.At(place.Kilometres[region]);
    }

    private double AtLevel(in GuessedPlace place, int line, int region, out double sigma)
    {
        sigma = 0;
        if (line < 0)
            return double.NaN;
        WideCell cell = wide.Cells[(line * regions) + region];
        if (cell.Members >= LeastMembers && place.Kilometres is not null)
        {
            sigma = cell.Sigma / 10.0;
            return Math.Max(LatencyOptions.FibreMsPerKm * place.Kilometres[region], model.At(place.Kilometres[region]) + (cell.Residual / 10.0));
        }

        if (cell.Absolute == 0)
            return double.NaN;
        sigma = Math.Max(10, ImportedSigmaShare * cell.Absolute / 10.0);
        return cell.Absolute / 10.0;
    }
}

namespace GslbServer.Steering;

/// <summary>What an estimate rests on, the nearest first.</summary>
public enum EstimateSource : byte
{
    /// <summary>Samples of this very prefix.</summary>
    Measured,

    /// <summary>Those of the clients that use this resolver, by how much they do.</summary>
    ResolverClients,

    /// <summary>Prefixes around it.</summary>
    WiderPrefix,

    /// <summary>Prefixes of the same AS in the same country.</summary>
    Asn,

    /// <summary>Prefixes of the same country.</summary>
    Country,

    /// <summary>A straight line over distance, fitted to all that was measured.</summary>
    Distance,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>Somebody's table says it of this very prefix.</summary>
    Imported,
}

public enum EstimateConfidence : byte
{
    /// <summary>Guessed from others, or taken over.</summary>
    Low,

    /// <summary>Measured, by 5 samples or more.</summary>
    Medium,

    /// <summary>20 samples or more, and two standard errors are less than 10 %.</summary>
    High,
}

/// <summary>For explain: how far a client is from a region, and how we know.</summary>
/// <param name="Milliseconds">NaN when nothing is known.</param>
/// <param name="Samples">Decayed count of the samples of this prefix; 0 for guesses.</param>
/// <param name="Age">Since the last sample; null for guesses.</param>
public readonly record struct LatencyEstimate(string Region, double Milliseconds, double StandardError, int Samples, TimeSpan? Age, EstimateSource Source)
{
    public EstimateConfidence Confidence => Source is not (EstimateSource.Measured or EstimateSource.ResolverClients) || Samples < 5 ? EstimateConfidence.Low
        : Samples >= 20 && 20 * StandardError <= Milliseconds ? EstimateConfidence.High : EstimateConfidence.Medium;

    /// <summary><c>eu-west 14.2 ms (n=87, se 0.6, 3 min old, high confidence)</c>.</summary>
    public override string ToString()
    {
        if (Source == EstimateSource.None)
            return $"{Region} not known";
        string how = Source switch
        {
            EstimateSource.Measured => FormattableString.Invariant($"n={Samples}"),
            EstimateSource.ResolverClients => FormattableString.Invariant($"n={Samples} of its clients"),
            EstimateSource.Imported => FormattableString.Invariant($"n={Samples} imported"),
            EstimateSource.WiderPrefix => "by the prefixes around",
            EstimateSource.Asn => "by its AS",
            EstimateSource.Country => "by its country",
            _ => "by distance",
        };
        string age = Age is { } time ? FormattableString.Invariant($", {time.TotalMinutes:0} min old") : "";
        return FormattableString.Invariant($"{Region} {Milliseconds:0.0} ms ({how}, se {StandardError:0.0}{age}, {Confidence.ToString().ToLowerInvariant()} confidence)");
    }
}

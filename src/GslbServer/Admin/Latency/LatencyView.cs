using GslbServer.Steering;

namespace GslbServer;

/// <summary>What <c>GET /api/v1/latency</c> says. Property names are part of the interface.</summary>
/// <param name="Prefixes">Those asked for, of all that the map has.</param>
internal sealed record LatencyView(LatencyStatus Map, IReadOnlyList<LatencyPrefixView> Prefixes);

/// <param name="Client">A prefix.</param>
/// <param name="Order">Region labels as decided, before overrides and health.</param>
/// <param name="HeldOut">Keeps what it had, to compare the others with.</param>
/// <param name="GeoInvalid">Round trips prove that it is not where the geo database says.</param>
internal sealed record LatencyPrefixView(string Client, int Samples, IReadOnlyList<string> Order, IReadOnlyList<ExplainedRoundTrip> Estimates, bool HeldOut, bool GeoInvalid)
{
    public static LatencyPrefixView Of(LatencyPrefix prefix) => new(prefix.Key.ToString(), prefix.Samples, prefix.Order, [.. prefix.Estimates.Select(ExplainedRoundTrip.Of)],
        prefix.IsHeldOut, prefix.IsGeoInvalid);
}

/// <param name="Csv">As <see cref="LatencyCsv"/> reads it.</param>
/// <param name="Region">What all lines speak of, when there is no such column.</param>
internal sealed record LatencyImportRequest(string Csv, string? Region = null);

/// <param name="Rows">Taken over; those of clients and regions not named stay.</param>
/// <param name="Imported">Rows kept in all.</param>
/// <param name="DecidedWithinSeconds">By then a map follows from them.</param>
/// <param name="Warning">Null when all is saved.</param>
internal sealed record LatencyImportResult(int Rows, int Imported, double DecidedWithinSeconds, string? Warning);

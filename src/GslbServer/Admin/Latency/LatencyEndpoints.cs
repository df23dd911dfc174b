using System.Net;
using GslbServer.Steering;
using Microsoft.AspNetCore.Http.Metadata;

namespace GslbServer;

/// <summary>The routes of measured latency.</summary>
internal sealed class LatencyEndpoints(Node node)
{
    private const int UsualPrefixes = 20, MostPrefixes = 1_000;

    /// <summary>Of an import: 400,000 lines.</summary>
    public static readonly IRequestSizeLimitMetadata ImportLimit = new BodyLimit(32 * 1024 * 1024);

    private LatencyMap Map => node.Latency.Map;

    /// <param name="within">A network or address: what is measured in it. Null: what is measured most.</param>
    public IResult List(string? within, int? count)
    {
        if (count is < 1 or > MostPrefixes)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, $"count {count}: expected 1 to {MostPrefixes}");
        }

        IPNetwork network = default;
        if (within is not null && !TryNetwork(within, out network))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, $"within {within}: expected a prefix or an address such as 198.51.100.0/24 or 2001:db8::/48");
        }

        IReadOnlyList<LatencyPrefix> prefixes = within is null ? LatencyListing.Top(Map, count ?? UsualPrefixes) : LatencyListing.Within(Map, network, count ?? UsualPrefixes);
        return TypedResults.Json(new LatencyView(LatencyStatus.Of(node), [.. prefixes.Select(LatencyPrefixView.Of)]), AdminJson.Options);
    }

    /// <summary>The map itself, as nodes tell it to each other.</summary>
    public IResult Download() => Results.Bytes(Map.Octets.ToArray(), "application/octet-stream");

    public IResult Export() => Results.Text(LatencyCsv.Write(Map), "text/csv; charset=utf-8");

    public async Task<IResult> ImportAsync(HttpRequest request, CancellationToken cancel)
    {
        (LatencyImportRequest? body, IResult? unreadable) = await JsonBody.ReadAsync<LatencyImportRequest>(request, cancel);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (body?.Csv is not { } csv)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "The body has no csv; expected an object with csv and, if wanted, region.");
        }

        string[] regions = [.. LatencyRegion.Of(node.Serving.Current.Steering.Plan.Topology).Select(region => region.Label)];
        if (body.Region is { } region && !regions.Contains(region))
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, $"\"{region}\" is no region; expected one of {string.Join(' ', regions)}. Nothing was taken over.");
        }

        (IReadOnlyList<LatencyCsvRow>? rows, IReadOnlyList<GeoCsvError> errors) = LatencyCsv.Read(csv, body.Region, regions);
        if (rows is null)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, $"{errors.Count} error{(errors.Count == 1 ? "" : "s")}. Nothing was taken over.", [.. errors.Select(error => error.ToString())]);
        }

        if (!node.Latency.Imported.TryPut(rows, out string? problem))
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, $"{problem} Nothing was taken over.");
        }

        node.Events.Add("latency", "import", null, null, $"{rows.Count} rows");
        return TypedResults.Json(new LatencyImportResult(rows.Count, node.Latency.Imported.Count, Math.Ceiling(node.Latency.UntilDecided.TotalSeconds), problem), AdminJson.Options);
    }

    private static bool TryNetwork(string text, out IPNetwork network)
    {
        if (!text.Contains('/') && IPAddress.TryParse(text, out IPAddress? address) && (address.GetAddressBytes().Length == 16 || text.Count(c => c == '.') == 3))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}

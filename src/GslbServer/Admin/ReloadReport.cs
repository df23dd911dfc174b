namespace GslbServer;

/// <summary>What a reload took over.</summary>
/// <param name="InForce">What is served now, for people.</param>
internal sealed record ReloadReport(string InForce, IReadOnlyList<string> Warnings)
{
    public static IResult Of(ReloadResult result) => result.Errors.Count == 0
        ? TypedResults.Json(new ReloadReport(result.InForce, result.Warnings), AdminJson.Options)
        : Problem.Of(StatusCodes.Status422UnprocessableEntity, $"Nothing was taken over. In force stays {result.InForce}", result.Errors,
            new Dictionary<string, object?> { ["inForce"] = result.InForce, ["warnings"] = result.Warnings });
}

namespace GslbServer;

/// <summary>The answer of <c>/readyz</c>.</summary>
internal static class Readiness
{
    public static IResult Of(IReadOnlyList<string> reasons) => reasons.Count == 0
        ? TypedResults.Text("ready\n") : Problem.Of(StatusCodes.Status503ServiceUnavailable, "Not ready: " + string.Join("; ", reasons) + ".", reasons);
}

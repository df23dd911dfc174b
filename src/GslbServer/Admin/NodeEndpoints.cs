using GslbServer.Steering;

namespace GslbServer;

/// <summary>The routes of the nodes that this one hears of.</summary>
internal sealed class NodeEndpoints(Node node)
{
    public const string Route = "/nodes/{name}";

    public static string PathOf(string name) => "/api/v1/nodes/" + Uri.EscapeDataString(name);

    /// <summary>Counts out a node that died without a word, which would else count among the vantages for a day.</summary>
    public async Task<IResult> ForgetAsync(string name, CancellationToken cancel)
    {
        IReadOnlyList<VantageView> vantages = node.Feed.Vantages;
        if (vantages.FirstOrDefault(view => view.Report.Node == name) is not { } found)
        {
            string known = string.Join(", ", vantages.Where(view => !view.IsSelf).Select(view => view.Report.Node));
            return Problem.Of(StatusCodes.Status404NotFound, $"No node of the name \"{name}\" has been heard of within a day ({(known.Length == 0 ? "no other node has" : $"known: {known}")}).");
        }

        if (found.IsSelf)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"{name} is this node itself, and alive. Stop it: a node that stops properly counts no more.");
        }

        TimeSpan age = node.Feed.Now - found.LastAdvanced;
        if (!found.Report.Leaving && age <= HealthMerge.Freshness)
        {
            return Problem.Of(StatusCodes.Status409Conflict,
                $"{name} is alive: it was heard {Durations.FormatAge(age)} ago. Stop it first (one that stops properly counts no more); a dead one can be forgotten {Durations.Format(HealthMerge.Freshness)} after its last word.");
        }

        return await node.Feed.ForgetAsync(name, cancel)
            ? TypedResults.Json(new ForgottenNode(name, found.Report.Region, Math.Round(age.TotalSeconds, 3)), AdminJson.Options)
            : Problem.Of(StatusCodes.Status503ServiceUnavailable, $"No store could be told. Here {name} counts no more; other nodes count it until a store can be reached and it is forgotten again.");
    }
}

/// <param name="SilentSeconds">Since it was last heard.</param>
internal sealed record ForgottenNode(string Node, string? Region, double SilentSeconds);

using System.Text.Json;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The routes of operator overrides.</summary>
internal sealed class OverrideEndpoints(Node node, TimeProvider time)
{
    private Topology Topology => node.Serving.Current.Steering.Plan.Topology;

    public IResult List() => TypedResults.Json(Known().Select(o => OverrideView.Of(o, time.GetUtcNow())).ToArray(), AdminJson.Options);

    public IResult Get(string target)
    {
        if (!TryTarget(target, out string canonical, out IResult refusal))
        {
            return refusal;
        }

        return Find(canonical) is { } found ? TypedResults.Json(OverrideView.Of(found, time.GetUtcNow()), AdminJson.Options) : None(canonical);
    }

    public async Task<IResult> PutAsync(string target, HttpContext http, CancellationToken cancel)
    {
        if (OverrideTarget.Read(OverridePath.TargetOf(target), Topology, out string? unknown) is not { Canonical: var canonical })
        {
            return Problem.Of(StatusCodes.Status404NotFound, unknown ?? "");
        }

        (OverrideRequest? request, IResult unreadable) = await ReadAsync(http.Request, cancel);
        if (request is null)
        {
            return unreadable;
        }

        DateTimeOffset utcNow = time.GetUtcNow();
        var problems = new List<string>();
        OperatorOverride value = OverrideRules.Build(canonical, request, OverrideOwner.Of(request.Owner, http), utcNow, problems);
        if (problems.Count > 0)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, string.Join("; ", problems), problems);
        }

        var safety = DrainSafety.Of(node.Serving.Current.Steering, value);
        if (!safety.IsSafe && !value.Forced)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"These names would lose their last serving target: {string.Join(", ", safety.WithoutTarget)}",
                more: new Dictionary<string, object?> { ["names"] = safety.WithoutTarget });
        }

        return await StoreAsync(value, [.. safety.WithoutTarget.Select(name => $"{name}: no serving target is left"), .. safety.Warnings], cancel);
    }

    public async Task<IResult> DeleteAsync(string target, HttpContext http, CancellationToken cancel)
    {
        if (!TryTarget(target, out string canonical, out IResult refusal))
        {
            return refusal;
        }

        if (Find(canonical) is not { } found)
        {
            return None(canonical);
        }

        // A tombstone, so that no store that was away can revive the override.
        OperatorOverride gone = found with
        {
            State = OverrideState.None,
            Owner = OverrideOwner.Of(null, http),
            CreatedAt = time.GetUtcNow(),
            StartsAt = null,
            ExpiresAt = null,
            Ramp = TimeSpan.Zero,
        };
        return await StoreAsync(gone, [], cancel);
    }

    private async Task<IResult> StoreAsync(OperatorOverride value, IReadOnlyList<string> warnings, CancellationToken cancel)
    {
        OverrideReceipt receipt = await node.Feed.PutAsync(value, cancel);
        return TypedResults.Json(OverrideResult.Of(receipt, warnings, time.GetUtcNow()), AdminJson.Options);
    }

    /// <returns>The request, or null and the refusal.</returns>
    private static async Task<(OverrideRequest? Request, IResult Refusal)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<OverrideRequest>(request.Body, AdminJson.Strict, cancel) is { } body
                ? (body, Results.Empty) : (null, Problem.Of(StatusCodes.Status400BadRequest, "The body is null; expected an object with state and reason."));
        }
        catch (JsonException e)
        {
            return (null, Problem.Of(StatusCodes.Status400BadRequest, $"The body cannot be read: {JsonProblem.Describe(e, typeof(OverrideRequest))}"));
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problem.Of(e.StatusCode, e.Message));
        }
    }

    private bool TryTarget(string routeValue, out string canonical, out IResult refusal)
    {
        string text = OverridePath.TargetOf(routeValue);
        OverrideTarget? known = OverrideTarget.Read(text, Topology, out string? problem);
        canonical = known?.Canonical ?? text;

        // A zone may have lost a region that is still drained: what is known as an override can be looked at and taken back.
        bool isTarget = known is not null || Find(text) is not null;
        refusal = Problem.Of(StatusCodes.Status404NotFound, problem ?? "");
        return isTarget;
    }

    private IResult None(string target)
    {
        string known = string.Join(", ", Known().Select(o => o.Target));
        return Problem.Of(StatusCodes.Status404NotFound, $"There is no override of {target}{(known.Length == 0 ? "" : $" (overrides: {known})")}.");
    }

    private OperatorOverride? Find(string target) => Known().FirstOrDefault(o => o.Target == target);

    private IEnumerable<OperatorOverride> Known() => KnownOverrides.Of(node.Feed, time.GetUtcNow());
}

using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The routes of operator overrides.</summary>
internal sealed class OverrideEndpoints(Node node, TimeProvider time)
{
    /// <summary>The reason of an undrain that has no override to take back.</summary>
    public const string Released = "recovered, released from failback=manual";

    private Topology Topology => node.Serving.Current.Steering.Plan.Topology;

    public IResult List() => TypedResults.Json(Known().Select(o => OverrideViewBuilder.Build(node, o, time.GetUtcNow())).ToArray(), AdminJson.Options);

    public IResult Get(string? target)
    {
        if (!TryTarget(target, out string canonical, out IResult refusal))
        {
            return refusal;
        }

        return Find(canonical) is { } found ? TypedResults.Json(OverrideViewBuilder.Build(node, found, time.GetUtcNow()), AdminJson.Options) : None(canonical);
    }

    /// <param name="dryRun">True: says what it would answer, and changes nothing, the audit trail included.</param>
    public async Task<IResult> PutAsync(string? target, bool? dryRun, HttpContext http, CancellationToken cancel)
    {
        if (OverrideTarget.Read(OverridePath.TargetOf(target), Topology, out string? unknown) is not { Canonical: var canonical })
        {
            return Problem.Of(StatusCodes.Status404NotFound, unknown ?? "");
        }

        (OverrideRequest? request, IResult? unreadable) = await JsonBody.ReadAsync<OverrideRequest>(http.Request, cancel);
        if (request is null)
        {
            return unreadable ?? Problem.Of(StatusCodes.Status400BadRequest, "The body is null; expected an object with state and reason.");
        }

        if (dryRun is true)
        {
            AuditMark.Set(http);
        }

        DateTimeOffset utcNow = time.GetUtcNow();
        var problems = new List<string>();
        OperatorOverride value = OverrideRules.Build(canonical, request, OverrideOwner.Of(request.Owner, http), utcNow, problems);
        if (problems.Count > 0)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, string.Join("; ", problems), problems);
        }

        var safety = DrainSafety.Of(node.Serving.Current.Steering, value, node.Feed.Overrides, node.Traffic);
        if (!safety.IsSafe && !value.Forced)
        {
            if (dryRun is not true)
                Record(value, Find(canonical), http, $"refused: {string.Join(", ", safety.WithoutTarget)} would lose the last serving target");
            return Problem.Of(StatusCodes.Status409Conflict, $"These names would lose their last serving target: {string.Join(", ", safety.Losses)}",
                more: new Dictionary<string, object?> { ["names"] = safety.WithoutTarget });
        }

        string[] warnings = [.. safety.Losses.Select(name => $"{name}: no serving target is left"), .. safety.Warnings, .. ClockWarnings.Of(node.Feed.Vantages, node.Now)];
        return dryRun is true ? TypedResults.Json(OverrideResult.Tried(OverrideViewBuilder.Build(node, value, utcNow), warnings), AdminJson.Options)
            : await StoreAsync(value, warnings, http, cancel);
    }

    public async Task<IResult> DeleteAsync(string? target, HttpContext http, CancellationToken cancel)
    {
        if (!TryTarget(target, out string canonical, out IResult refusal))
        {
            return refusal;
        }

        if ((Find(canonical) ?? HeldBack(canonical)) is not { } found)
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
        return await StoreAsync(gone, [], http, cancel);
    }

    private async Task<IResult> StoreAsync(OperatorOverride value, IReadOnlyList<string> warnings, HttpContext http, CancellationToken cancel)
    {
        OperatorOverride? before = Find(value.Target);
        OverrideReceipt receipt = await node.Feed.PutAsync(value, cancel);
        string unreached = receipt.Unreached.Count == 0 ? "" : $", not yet in {string.Join(", ", receipt.Unreached)}";
        Record(receipt.Stored, before, http, $"stored{unreached}{(receipt.OnDisk ? "" : ", not on disk")}");
        return TypedResults.Json(OverrideResult.Of(OverrideViewBuilder.Build(node, receipt.Stored, time.GetUtcNow()), receipt, warnings), AdminJson.Options);
    }

    private void Record(OperatorOverride value, OperatorOverride? before, HttpContext http, string result) =>
        OperatorAudit.Record(node, "override", value, OverrideChange.Word(before), OverrideChange.Word(value), http, result);

    /// <summary>What an undrain takes back where there is no override, but <c>failback=manual</c> holds a region that recovered.</summary>
    private OperatorOverride? HeldBack(string target)
    {
        SteeringTable steering = node.Serving.Current.Steering;
        return OverrideTarget.Read(target, Topology, out _) is { } means && HeldTarget.All(steering).Any(held => held.IsMeantBy(means))
            ? new OperatorOverride(target, OverrideState.None, 100, Released, "", time.GetUtcNow(), TimeSpan.Zero, null, null, false, "") : null;
    }

    private bool TryTarget(string? routeValue, out string canonical, out IResult refusal)
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

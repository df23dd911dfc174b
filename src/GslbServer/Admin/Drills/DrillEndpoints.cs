using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The routes of drills.</summary>
internal sealed class DrillEndpoints(Node node, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromHours(24);

    private Topology Topology => node.Serving.Current.Steering.Plan.Topology;

    public IResult List() => TypedResults.Json(node.Drills.All.Select(Report).ToArray(), AdminJson.Options);

    public IResult Get(string id) => Find(id) is { } found ? TypedResults.Json(Report(found), AdminJson.Options) : None(id);

    /// <param name="dryRun">True: says what it would answer, and changes nothing, the audit trail included.</param>
    public async Task<IResult> StartAsync(bool? dryRun, HttpContext http, CancellationToken cancel)
    {
        (DrillRequest? request, IResult? unreadable) = await JsonBody.ReadAsync<DrillRequest>(http.Request, cancel);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (dryRun is true)
        {
            AuditMark.Set(http);
        }

        if (string.IsNullOrWhiteSpace(request?.Region))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "region: missing; expected one such as eu-west");
        }

        if (OverrideTarget.Read(request.Region, Topology, out string? unknown) is not { } target)
        {
            return Problem.Of(StatusCodes.Status404NotFound, unknown!);
        }

        var problems = new List<string>();
        OperatorOverride value = Build(target, request, OverrideOwner.Of(request.Owner, http), problems);
        if (problems.Count > 0)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, string.Join("; ", problems), problems);
        }

        if (node.Feed.Overrides.FirstOrDefault(o => o.Target == value.Target) is { } present && Drill.Of(present) is { } running && running.EndsAt > time.GetUtcNow())
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"{running.Region} is in a drill until {running.EndsAt:u} ({running.Id}).");
        }

        // As if the region were down: a drill must leave every name something to serve with.
        var safety = DrainSafety.Of(node.Serving.Current.Steering, value with { Target = target.Canonical }, node.Feed.Overrides);
        if (!safety.IsSafe && !value.Forced)
        {
            if (dryRun is not true)
                Record(value, http, $"refused: {string.Join(", ", safety.WithoutTarget)} would lose the last serving target");
            return Problem.Of(StatusCodes.Status409Conflict, $"These names would lose their last serving target: {string.Join(", ", safety.Losses)}",
                more: new Dictionary<string, object?> { ["names"] = safety.WithoutTarget });
        }

        string[] warnings = [.. safety.Losses.Select(name => $"{name}: no serving target is left"), .. safety.Warnings];
        if (dryRun is true)
        {
            return TypedResults.Json(Of(new OverrideReceipt(value, [], OnDisk: false), warnings), AdminJson.Options);
        }

        OverrideReceipt receipt = await node.Feed.PutAsync(value, cancel);
        Record(receipt.Stored, http, "started");
        return TypedResults.Json(Of(receipt, warnings), AdminJson.Options);
    }

    public async Task<IResult> StopAsync(string region, HttpContext http, CancellationToken cancel)
    {
        string target = Drill.TargetOf(OverrideTarget.Read(region, Topology, out _)?.Canonical ?? region);
        DateTimeOffset utcNow = time.GetUtcNow();
        if (node.Feed.Overrides.FirstOrDefault(o => o.Target == target) is not { } present || Drill.Of(present) is not { } running || running.EndsAt <= utcNow)
        {
            return Problem.Of(StatusCodes.Status404NotFound, $"{region} is in no drill.");
        }

        OverrideReceipt receipt = await node.Feed.PutAsync(Drill.Ended(present, OverrideOwner.Of(null, http), "stopped", isCancelled: false, utcNow), cancel);
        Record(receipt.Stored, http, "stopped");
        DrillHistory history = Find(running.Id) ?? new DrillHistory(running, []);
        return TypedResults.Json(Report(history) with { State = "stopped", EndedAt = utcNow }, AdminJson.Options);
    }

    private OperatorOverride Build(OverrideTarget target, DrillRequest request, string owner, List<string> problems)
    {
        if (target.Scope is not (OverrideScope.Label or OverrideScope.Owner))
        {
            problems.Add($"region: {target.Canonical}; a drill is of a whole region");
        }
        else if (DrillScope.Of(Topology, target.Canonical) is { Monitors.Length: 0 })
        {
            problems.Add($"region: no check probes {target.Canonical}, so nothing would notice that it fails");
        }

        string reason = (request.Reason ?? "drill").Trim();
        if (reason.Length is 0 or > 500 || reason.Any(char.IsControl))
        {
            problems.Add("reason: expected 1 to 500 characters on one line");
        }

        if (owner.Any(char.IsControl))
        {
            problems.Add("owner: expected a name on one line");
        }

        if (!Durations.TryParse(request.For ?? "", out TimeSpan length) || length < Shortest || length > Longest)
        {
            problems.Add($"for: {(request.For is null ? "missing" : $"\"{request.For}\"")}; expected a time such as 10m, from {Durations.Format(Shortest)} to {Durations.Format(Longest)}");
        }

        DateTimeOffset now = time.GetUtcNow();
        return new OperatorOverride(Drill.TargetOf(target.Canonical), OverrideState.Down, 100, reason, owner, now, TimeSpan.Zero, null, now + length, request.Force, "");
    }

    private void Record(OperatorOverride value, HttpContext http, string result)
    {
        (string from, string to) = value.State == OverrideState.None ? ("drill", "none") : ("none", "drill");
        OperatorAudit.Record(node, "drill", value, from, to, http, result);
    }

    private DrillReport Of(OverrideReceipt receipt, IReadOnlyList<string> warnings)
    {
        Drill started = Drill.Of(receipt.Stored)!;
        DrillReport report = Report(new DrillHistory(started, []));
        return report with { Warnings = [.. report.Warnings, .. warnings, .. receipt.Unreached.Select(store => $"store {store} cannot be reached; it gets this when it returns")] };
    }

    private DrillReport Report(DrillHistory history) => DrillReport.Of(history, Topology, time.GetUtcNow());

    /// <summary>By id, or the last one of a region.</summary>
    private DrillHistory? Find(string id)
    {
        string region = OverrideTarget.Read(id, Topology, out _)?.Canonical ?? id;
        return node.Drills.All.FirstOrDefault(history => history.Drill.Id == id) ?? node.Drills.All.FirstOrDefault(history => history.Drill.Region == region);
    }

    private IResult None(string id)
    {
        string known = string.Join(", ", node.Drills.All.Take(5).Select(history => history.Drill.Id));
        return Problem.Of(StatusCodes.Status404NotFound, $"There is no drill {id}{(known.Length == 0 ? "" : $" (the last: {known})")}.");
    }
}

using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;
using Microsoft.AspNetCore.Http.Metadata;

namespace GslbServer;

/// <summary>The routes of zones: read, pushed, rolled back.</summary>
internal sealed class ZoneEndpoints(Node node)
{
    public static readonly IRequestSizeLimitMetadata PushLimit = new BodyLimit(2 * ZonePushes.MaxText);

    public IResult List() => TypedResults.Json(
        node.Serving.Current.Zones.Zones.Select(z => z.Apex).Union(node.Pushes.Indexes.Keys).Order().Select(ListEntry).ToArray(), AdminJson.Options);

    public IResult Get(string zone, HttpContext http)
    {
        if (TryZone(zone, out DomainName name) is { } bad)
            return bad;
        bool isPrimary = node.Sources.IsFromPrimary(name);
        ZoneSource? source = isPrimary ? null : node.Sources.Find(name);
        if (source is null && !isPrimary && node.Pushes.IndexOf(name) is null && Served(name) is null)
            return Unknown(name);
        if (source is not null)
            http.Response.Headers.ETag = source.ETag;
        return TypedResults.Json(new ZoneView(name.ToString(), Served(name)?.Serial, SourceOf(name), node.Sources.FileOf(name), node.Pushes.VersionOf(name), node.Pushes.ProblemOf(name), node.Pushes.IndexOf(name)?.Canary,
            source?.ETag, Nodes(name), source?.Text, source is null ? null : RRsetView.Of(source.File), Updates(name)), AdminJson.Options);
    }

    public async Task<IResult> PutAsync(string zone, bool? dryRun, HttpContext http, CancellationToken cancel)
    {
        if (TryZone(zone, out DomainName name) is { } bad)
            return bad;
        (ZonePushRequest? body, IResult? unreadable) = await ReadAsync<ZonePushRequest>(http.Request, cancel);
        if (unreadable is not null)
            return unreadable;
        if (body is null || body.Text is null == body.Rrsets is null)
            return Problem.Of(StatusCodes.Status400BadRequest, "Expected one of text (a zone file) and rrsets.");
        if (node.Sources.IsFromPrimary(name))
            return Problem.Of(StatusCodes.Status409Conflict, $"Zone {name} comes from a primary; change it there.");
        ZoneSource? now = node.Sources.Find(name);
        string? problem = null;
        string? text = body.Text ?? RRsetText.Write(name, body.Rrsets!, now?.File.Soa, out problem);
        if (text is null)
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, $"{problem} Nothing was changed.", [problem!]);
        if (text.Any(c => c > 0xFF))
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "The zone has characters beyond one octet; write such octets as \\DDD, names in their xn-- form. Nothing was changed.");
        if (body.Canary is { } canary && !Alive().Contains(canary))
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, $"There is no node \"{canary}\"; expected one of {string.Join(' ', Alive())}. Nothing was changed.");
        byte[] octets = PushStore.Octets(text.EndsWith('\n') ? text : text + "\n");
        if (octets.Length > ZonePushes.MaxText)
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, $"The zone has {octets.Length} octets; expected at most {ZonePushes.MaxText}.");
        if (dryRun is true || body.DryRun is true)
        {
            IReadOnlyList<string> errors = await node.Pushes.JudgeAsync(name, octets, cancel);
            return errors.Count > 0 ? Problem.Of(StatusCodes.Status422UnprocessableEntity, $"{errors.Count} errors.", errors) : TypedResults.Json(new ZonePushResult(name.ToString(), null, false, null, now?.ETag, []), AdminJson.Options);
        }

        string author = OverrideOwner.Of(null, http);
        bool Expects() => Matches(http.Request, node.Sources.Find(name)?.ETag);
        // The same records are the same zone, in whatever form they come: whoever puts twice changes once.
        if (now is not null && body.Canary is null && node.Pushes.IndexOf(name) is { Canary: null, Current: not null } && Expects() && ZoneSources.Of(name, octets, new PushVersion(0, "", 0, "", default, null)).ETag == now.ETag)
            return await DoneAsync(http, name, new PushOutcome(StatusCodes.Status200OK, now.Version, null, []));
        PushOutcome outcome = await node.Pushes.PushAsync(name, octets, author, Clean(body.Message), body.Canary, Expects, cancel);
        Audit(http, name, author, Clean(body.Message), $"push{(body.Canary is null ? "" : $" to canary {body.Canary}")}", outcome);
        return await DoneAsync(http, name, outcome);
    }

    public async Task<IResult> DeleteAsync(string zone, HttpContext http, CancellationToken cancel)
        => await ChangeAsync(zone, http, "unpush", null, (name, author) => Matches(http.Request, node.Sources.Find(name)?.ETag) ? node.Pushes.UnpushAsync(name, author, cancel)
            : Task.FromResult(PushOutcome.Failed(StatusCodes.Status412PreconditionFailed, $"Zone {name} is another by now; read it again. Nothing was changed.")));

    public async Task<IResult> PromoteAsync(string zone, HttpContext http, CancellationToken cancel) => await ChangeAsync(zone, http, "promote", null, (name, author) => node.Pushes.PromoteAsync(name, author, cancel));

    public async Task<IResult> RollbackAsync(string zone, HttpContext http, CancellationToken cancel)
    {
        (ZoneRollbackRequest? body, IResult? unreadable) = await ReadAsync<ZoneRollbackRequest>(http.Request, cancel);
        return unreadable ?? await ChangeAsync(zone, http, "rollback", body?.Message, (name, author) => node.Pushes.RollbackAsync(name, body?.To, author, Clean(body?.Message), cancel));
    }

    public IResult Versions(string zone) => TryZone(zone, out DomainName name) ?? (node.Pushes.IndexOf(name) is { } index
        ? TypedResults.Json(index.Versions.Reverse().Select(v => View(index, v, null)).ToArray(), AdminJson.Options)
        : Served(name) is null ? Unknown(name) : TypedResults.Json(Array.Empty<ZoneVersionView>(), AdminJson.Options));

    public IResult Version(string zone, int version)
    {
        if (TryZone(zone, out DomainName name) is { } bad)
            return bad;
        if (node.Pushes.IndexOf(name) is not { } index || index.Find(version) is not { } found)
            return Problem.Of(StatusCodes.Status404NotFound, $"There is no version {version} of zone {name}.");
        return TypedResults.Json(View(index, found, node.Pushes.TextOf(found) is { } text ? Encoding.Latin1.GetString(text) : null), AdminJson.Options);
    }

    private async Task<IResult> ChangeAsync(string zone, HttpContext http, string what, string? message, Func<DomainName, string, Task<PushOutcome>> change)
    {
        if (TryZone(zone, out DomainName name) is { } bad)
            return bad;
        string author = OverrideOwner.Of(null, http);
        PushOutcome outcome = await change(name, author);
        Audit(http, name, author, Clean(message), what, outcome);
        return await DoneAsync(http, name, outcome);
    }

    private async Task<IResult> DoneAsync(HttpContext http, DomainName name, PushOutcome outcome)
    {
        if (outcome.Problem is not null)
            return Problem.Of(outcome.Status, outcome.Problem, outcome.Errors.Count > 0 ? outcome.Errors : null);
        string? etag = node.Sources.Find(name)?.ETag;
        if (etag is not null)
            http.Response.Headers.ETag = etag;
        PushIndex? index = node.Pushes.IndexOf(name);
        string[] warnings = [.. node.Warnings.Where(w => w.Contains(StateFile.NameOf(name), StringComparison.Ordinal))];
        return TypedResults.Json(new ZonePushResult(name.ToString(), outcome.Version?.Version, outcome.Status == StatusCodes.Status201Created, index?.Canary?.Node, etag, warnings)
        {
            Unreached = await node.Sharing.UnreachedAsync(http.RequestAborted),
        }, AdminJson.Options, statusCode: outcome.Status);
    }

    private void Audit(HttpContext http, DomainName name, string author, string? message, string what, PushOutcome outcome)
    {
        string result = outcome.Problem is { } problem ? $"{what} refused: {problem}" : $"{what}: version {outcome.Version?.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "of the file"}";
        node.Audit.Add("zone", name.ToString(), entry => entry with { Who = author, Origin = OverrideOwner.OriginOf(http), Reason = message, Result = result });
        if (outcome.Problem is null)
            node.Events.Add("zone", name.ToString(), null, null, result);
    }

    private ZoneListEntry ListEntry(DomainName name) => new(name.ToString(), Served(name)?.Serial, SourceOf(name), node.Pushes.VersionOf(name), node.Pushes.ProblemOf(name), node.Pushes.IndexOf(name)?.Canary, Updates(name).Count);

    private Zone? Served(DomainName name) => node.Serving.Current.Zones.FindApex(name.Wire);

    private string SourceOf(DomainName name) => node.Pushes.VersionOf(name) is not null ? "pushed" : node.Sources.IsFromPrimary(name) ? "primary" : "file";

    private IReadOnlyList<string> Updates(DomainName name) => [.. (node.Updates.All.FirstOrDefault(u => u.Apex.Equals(name))?.All ?? []).Select(e => e.ToString())];

    private HashSet<string> Alive() =>
        [node.Options.Node, .. node.Feed.Vantages.Where(v => !v.IsSelf && !v.Report.Leaving && !v.Report.IsWitness && node.Feed.Now - v.LastAdvanced < HealthMerge.Freshness).Select(v => v.Report.Node)];

    private IReadOnlyList<ZoneNodeView> Nodes(DomainName name)
    {
        if (node.Pushes.IndexOf(name) is not { } index)
            return [];
        IReadOnlyList<PushServed> others = node.Pushes.Others;
        return [.. Alive().Order(StringComparer.Ordinal).Select(alive =>
        {
            ServedVersion? served = alive == node.Options.Node ? new ServedVersion("", node.Pushes.VersionOf(name), node.Pushes.ProblemOf(name))
                : others.FirstOrDefault(o => o.Node == alive)?.Zones.FirstOrDefault(z => z.Zone == name.ToString());
            return new ZoneNodeView(alive, index.For(alive)?.Version, served?.Version, served is null ? ZoneNodeView.Unheard : served.Problem);
        })];
    }

    private static ZoneVersionView View(PushIndex index, PushVersion v, string? text)
        => new(v.Version, v.Version == index.Canary?.Version ? "canary" : v.Version == index.Current ? "current" : "", v.Serial, v.Author, v.At, v.Message, v.Hash, text);

    /// <summary>RFC 9110 section 13.1: weak tags never match for a change.</summary>
    private static bool Matches(HttpRequest request, string? etag)
    {
        string match = request.Headers.IfMatch.ToString(), none = request.Headers.IfNoneMatch.ToString();
        bool matches = match.Length == 0 || (match.Trim() == "*" ? etag is not null : match.Split(',', StringSplitOptions.TrimEntries).Contains(etag));
        bool isNone = none.Length == 0 || (none.Trim() == "*" ? etag is null : !none.Split(',', StringSplitOptions.TrimEntries).Contains(etag));
        return matches && isNone;
    }

    private static Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpRequest request, CancellationToken cancel)
        where T : class
        => request.ContentLength is 0 || (request.ContentLength is null && request.ContentType is null) ? Task.FromResult<(T?, IResult?)>((null, null)) : JsonBody.ReadAsync<T>(request, cancel);

    private static IResult? TryZone(string text, out DomainName name)
    {
        bool isName = DomainName.TryParse(text, DomainName.Root, out DomainName? parsed, out string? error);
        name = parsed ?? DomainName.Root;
        return isName ? null : Problem.Of(StatusCodes.Status400BadRequest, $"\"{text}\" is no zone name: {error}");
    }

    private IResult Unknown(DomainName name) => Problem.Of(StatusCodes.Status404NotFound, $"There is no zone {name} here; there are: {string.Join(' ', node.Serving.Current.Zones.Zones.Select(z => z.Apex))}");

    private static string? Clean(string? message) => string.IsNullOrWhiteSpace(message) ? null : new string([.. message.Trim().Where(c => !char.IsControl(c)).Take(500)]);

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}

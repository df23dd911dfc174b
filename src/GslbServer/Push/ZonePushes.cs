using System.Collections.Immutable;
using System.Diagnostics;
using GslbServer.Dns;
using GslbServer.State;

namespace GslbServer;

/// <summary>What came of a push, a rollback or another change of what nodes serve.</summary>
/// <param name="Status">As HTTP has it: 200, 201, 404, 409, 412, 422, 503.</param>
/// <param name="Problem">Null where it was done.</param>
internal sealed record PushOutcome(int Status, PushVersion? Version, string? Problem, IReadOnlyList<string> Errors)
{
    public static PushOutcome Failed(int status, string problem, params IReadOnlyList<string> errors) => new(status, null, problem, errors);
}

/// <summary>Zones that operators push to all nodes through the stores: a pushed text takes the place of the zone file of its name until it is taken back. Every node judges it by itself, as it judges files, and keeps
/// what it serves when it finds errors; every node keeps texts and versions on disk, so that a lost store changes no answer.</summary>
internal sealed partial class ZonePushes : ISharedBook, IDisposable
{
    /// <summary>Octets of a text.</summary>
    public const int MaxText = 16 << 20;

    private const string TextMark = "#", NodeMark = "@";

    private readonly string _node;
    private readonly PushStore _store;
    private readonly Func<IReadOnlyDictionary<DomainName, string>, CancellationToken, Task<IReadOnlyList<string>>> _judge;
    private readonly Func<string, CancellationToken, Task<ReloadResult>> _reload;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changing = new(1);
    private volatile ImmutableDictionary<DomainName, PushIndex> _indexes = ImmutableDictionary<DomainName, PushIndex>.Empty;
    private volatile ImmutableDictionary<DomainName, int> _serving = ImmutableDictionary<DomainName, int>.Empty;
    private volatile ImmutableDictionary<DomainName, (int Version, string Problem)> _problems = ImmutableDictionary<DomainName, (int, string)>.Empty;
    private volatile ImmutableDictionary<string, byte[]> _others = ImmutableDictionary<string, byte[]>.Empty;

    /// <param name="judge">What would be wrong if these texts were served, by the path of each.</param>
    /// <param name="reload">Reads all zones anew; given who asks.</param>
    public ZonePushes(string node, string stateDirectory, Loader loader, Func<IReadOnlyDictionary<DomainName, string>, CancellationToken, Task<IReadOnlyList<string>>> judge,
        Func<string, CancellationToken, Task<ReloadResult>> reload, TimeProvider time, ILogger logger)
    {
        (_node, _store, _judge, _reload, _time, _logger) = (node, new PushStore(stateDirectory), judge, reload, time, logger);
        Restore();
        loader.Pushed = () => Paths;
    }

    public event Action? Changed;

    public string Prefix => "pushed/";

    public IReadOnlyList<string> Names =>
        [.. _indexes.Values.SelectMany(i => i.Versions).Select(v => Prefix + TextMark + v.Hash).Distinct(), .. _indexes.Keys.Select(NameOf), .. _indexes.Count > 0 ? [Prefix + NodeMark + _node] : Array.Empty<string>()];

    /// <summary>What was pushed of each zone.</summary>
    public IReadOnlyDictionary<DomainName, PushIndex> Indexes => _indexes;

    private ImmutableDictionary<DomainName, string> Paths => _serving.Keys.ToImmutableDictionary(zone => zone, _store.ServedPath);

    private byte[] Served => new PushServed(_node, [.. _indexes.Keys.Order().Select(zone => new ServedVersion(zone.ToString(), VersionOf(zone), ProblemOf(zone)))]).Write();

    public PushIndex? IndexOf(DomainName zone) => _indexes.GetValueOrDefault(zone);

    /// <summary>The version served here; null: that of a file.</summary>
    public int? VersionOf(DomainName zone) => _serving.TryGetValue(zone, out int version) ? version : null;

    /// <summary>Why this node does not serve the version that it should; null: it does.</summary>
    public string? ProblemOf(DomainName zone) => _problems.TryGetValue(zone, out (int Version, string Problem) problem) ? $"version {problem.Version}: {problem.Problem}" : null;

    /// <summary>What other nodes say that they serve.</summary>
    public IReadOnlyList<PushServed> Others => [.. _others.Values.Select(PushServed.Read).OfType<PushServed>()];

    public byte[]? TextOf(PushVersion version) => _store.Text(version.Hash);

    public string TagOf(string name)
    {
        string rest = name[Prefix.Length..];
        if (rest.StartsWith(TextMark, StringComparison.Ordinal))
            return rest[1..]; // what a text is called by never changes
        return Read(name) is { Length: > 0 } record ? EditsRecord.TagOf(record) : "";
    }

    public byte[] Read(string name)
    {
        string rest = name[Prefix.Length..];
        return rest.StartsWith(TextMark, StringComparison.Ordinal) ? _store.Text(rest[1..]) ?? []
            : rest.StartsWith(NodeMark, StringComparison.Ordinal) ? rest[1..] == _node ? Served : _others.GetValueOrDefault(rest[1..], [])
            : Find(name) is { } zone && IndexOf(zone) is { } index ? index.Write() : [];
    }

    public bool IsObsolete(string name) => name.AsSpan(Prefix.Length).StartsWith(TextMark) && !_indexes.Values.Any(i => i.Versions.Any(v => name.EndsWith(v.Hash, StringComparison.Ordinal)));

    public async Task MergeAsync(string name, byte[] record, Func<string, Task<byte[]?>> fetch, CancellationToken cancel)
    {
        string rest = name[Prefix.Length..];
        if (rest.StartsWith(NodeMark, StringComparison.Ordinal))
        {
            if (rest[1..] != _node)
                _others = _others.SetItem(rest[1..], PushServed.Read(record) is { } read && read.Node == rest[1..] ? record : throw new FormatException("it is not what this version writes"));
            return;
        }

        if (Find(name) is not { } zone || !PushIndex.TryRead(zone, record, out PushIndex? there))
            throw new FormatException("it is not what this version writes");
        await _changing.WaitAsync(cancel);
        try
        {
            PushIndex merged = (IndexOf(zone) ?? PushIndex.None(zone)).Merge(there);
            foreach (PushVersion version in merged.Versions.Where(v => _store.Text(v.Hash) is null))
            {
                if (await fetch(Prefix + TextMark + version.Hash) is { } text && PushStore.HashOf(text) == version.Hash)
                    _store.SaveText(version.Hash, text);
            }

            Keep(zone, merged);
            if (await FollowAsync(zone, $"version {merged.For(_node)?.Version} from the store", cancel) is { } problem)
                Log.Refused(_logger, zone, problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(_logger, zone, e.Message);
        }
        finally
        {
            _changing.Release();
            Changed?.Invoke();
        }
    }

    /// <summary>Serves what it should, after a start.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        foreach (DomainName zone in _indexes.Keys)
        {
            await _changing.WaitAsync(cancel);
            try
            {
                if (await FollowAsync(zone, "start", cancel) is { } problem)
                    Log.Refused(_logger, zone, problem);
            }
            finally
            {
                _changing.Release();
            }
        }
    }

    /// <summary>Pushes a text: judged here first, then for all nodes, or for a canary alone.</summary>
    /// <param name="expects">Whether what is here now is what the caller thinks; asked while nothing can change.</param>
    public Task<PushOutcome> PushAsync(DomainName zone, byte[] text, string author, string? message, string? canary, Func<bool> expects, CancellationToken cancel) => ChangeAsync(zone, async index =>
    {
        if (!expects())
            return (null, PushOutcome.Failed(StatusCodes.Status412PreconditionFailed, $"Zone {zone} is another by now; read it again. Nothing was changed."));
        string hash = PushStore.HashOf(text);
        if (index.Canary is null && canary is null && index.Current is { } now && index.Find(now) is { } same && same.Hash == hash)
            return (null, new PushOutcome(StatusCodes.Status200OK, same, null, []));
        IReadOnlyList<string> errors = await JudgeAsync(zone, text, cancel);
        if (errors.Count > 0)
            return (null, PushOutcome.Failed(StatusCodes.Status422UnprocessableEntity, $"{errors.Count} error{(errors.Count == 1 ? "" : "s")}. Nothing was changed.", errors));
        _store.SaveText(hash, text);
        ZoneFile read = ZoneFileReader.Read(_store.CandidatePath(zone), System.Text.Encoding.Latin1.GetString(text), zone);
        var version = new PushVersion(index.Versions.Select(v => v.Version).DefaultIfEmpty(0).Max() + 1, hash, read.Serial, author, _time.GetUtcNow(), message);
        PushIndex with = index.With(version);
        return (canary is null ? with with { Current = version.Version, Canary = null } : with with { Canary = new PushCanary(version.Version, canary) },
            new PushOutcome(StatusCodes.Status201Created, version, null, []));
    }, $"push by {author}", cancel);

    /// <summary>Serves an earlier text anew, as a version of its own.</summary>
    /// <param name="to">Null: the one before the current.</param>
    public Task<PushOutcome> RollbackAsync(DomainName zone, int? to, string author, string? message, CancellationToken cancel) => ChangeAsync(zone, async index =>
    {
        PushVersion? wanted = to is { } number ? index.Find(number)
            : index.Canary is not null && index.Current is { } stays ? index.Find(stays) : index.Versions.LastOrDefault(v => v.Version < (index.Current ?? int.MaxValue) && v.Hash != index.Find(index.Current ?? 0)?.Hash);
        if (wanted is null)
            return (null, PushOutcome.Failed(StatusCodes.Status404NotFound, to is null ? $"There is no version of {zone} before this one." : $"There is no version {to} of {zone}; there are {Numbers(index)}."));
        if (index.Canary is not null && wanted.Version == index.Current)
            return (index with { Canary = null }, new PushOutcome(StatusCodes.Status200OK, wanted, null, []));
        if (wanted.Version == index.Current)
            return (null, new PushOutcome(StatusCodes.Status200OK, wanted, null, []));
        if (_store.Text(wanted.Hash) is not { } text)
            return (null, PushOutcome.Failed(StatusCodes.Status503ServiceUnavailable, $"The text of version {wanted.Version} is not here; ask the node that it was pushed to."));
        IReadOnlyList<string> errors = await JudgeAsync(zone, text, cancel);
        if (errors.Count > 0)
            return (null, PushOutcome.Failed(StatusCodes.Status422UnprocessableEntity, $"Version {wanted.Version} can no longer be served. Nothing was changed.", errors));
        var version = new PushVersion(index.Versions.Max(v => v.Version) + 1, wanted.Hash, wanted.Serial, author, _time.GetUtcNow(), message ?? $"rollback to version {wanted.Version}");
        return (index.With(version) with { Current = version.Version, Canary = null }, new PushOutcome(StatusCodes.Status201Created, version, null, []));
    }, $"rollback by {author}", cancel);

    /// <summary>All nodes get what the canary has.</summary>
    public Task<PushOutcome> PromoteAsync(DomainName zone, string author, CancellationToken cancel) => ChangeAsync(zone, index => Task.FromResult<(PushIndex?, PushOutcome)>(index.Canary is not { } canary
        ? (null, PushOutcome.Failed(StatusCodes.Status409Conflict, $"No node tries a version of {zone}; push one with a canary first."))
        : (index with { Current = canary.Version, Canary = null }, new PushOutcome(StatusCodes.Status200OK, index.Find(canary.Version), null, []))), $"promotion by {author}", cancel);

    /// <summary>The zone file counts again.</summary>
    public Task<PushOutcome> UnpushAsync(DomainName zone, string author, CancellationToken cancel) => ChangeAsync(zone, async index =>
    {
        if (index.Current is null && index.Canary is null)
            return (null, PushOutcome.Failed(StatusCodes.Status404NotFound, $"Zone {zone} is not pushed."));
        IReadOnlyList<string> errors = await _judge(Paths.Remove(zone), cancel);
        return errors.Count > 0
            ? (null, PushOutcome.Failed(StatusCodes.Status409Conflict, $"Without the pushed zone {zone} the zone files here could not be served. Nothing was changed.", errors))
            : (index with { Current = null, Canary = null }, new PushOutcome(StatusCodes.Status200OK, null, null, []));
    }, $"unpush by {author}", cancel);

    public void Dispose() => _changing.Dispose();

    /// <summary>What is wrong with a text, its lines named by the file NAME.zone.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(DomainName zone, byte[] text, CancellationToken cancel)
    {
        string path = _store.CandidatePath(zone);
        // Read by itself first: nothing may be included, whose content other nodes have not.
        ZoneFile file = ZoneFileReader.Read(path, System.Text.Encoding.Latin1.GetString(text), zone);
        IReadOnlyList<string> errors = [.. file.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
        if (errors.Count == 0 && !zone.Equals(file.Apex))
            errors = [$"{path}:{file.Soa!.Position.Line}:1: the SOA is of {file.Apex}; expected one of {zone}"];
        if (errors.Count == 0)
        {
            StateFile.Write(path, text);
            errors = await _judge(Paths.SetItem(zone, path), cancel);
        }

        return [.. errors.Select(e => e.Replace(path, StateFile.NameOf(zone) + ZoneLoader.Extension, StringComparison.Ordinal))];
    }

    private async Task<PushOutcome> ChangeAsync(DomainName zone, Func<PushIndex, Task<(PushIndex? Index, PushOutcome Outcome)>> change, string why, CancellationToken cancel)
    {
        using Activity? span = Spans.Begin("zone.push", ("gslb.zone", zone.ToString()), ("gslb.origin", why));
        await _changing.WaitAsync(cancel);
        try
        {
            PushIndex before = IndexOf(zone) ?? PushIndex.None(zone);
            (PushIndex? after, PushOutcome outcome) = await change(before);
            if (after is null)
                return outcome;
            Keep(zone, after with { Revision = Revision.Next(before.Revision, _time.GetUtcNow(), _node) });
            if (await FollowAsync(zone, why, cancel) is { } problem)
            {
                Keep(zone, before with { Revision = Revision.Next(IndexOf(zone)!.Revision, _time.GetUtcNow(), _node) });
                await FollowAsync(zone, why, cancel);
                Spans.End(span, problem);
                return PushOutcome.Failed(StatusCodes.Status422UnprocessableEntity, $"{problem} Nothing was changed.");
            }

            Log.Changed(_logger, zone, why, outcome.Version?.Version);
            return outcome;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PushOutcome.Failed(StatusCodes.Status503ServiceUnavailable, $"It cannot be kept on disk: {e.Message}");
        }
        finally
        {
            _changing.Release();
            Changed?.Invoke();
        }
    }

    /// <summary>Serves the version that this node should.</summary>
    /// <returns>Why it cannot; then it serves what it did.</returns>
    private async Task<string?> FollowAsync(DomainName zone, string why, CancellationToken cancel)
    {
        PushVersion? wanted = IndexOf(zone)?.For(_node);
        int? served = VersionOf(zone);
        if (wanted?.Version == served)
        {
            _problems = _problems.Remove(zone);
            return null;
        }

        string? problem = await SwitchAsync(zone, wanted, served, why, cancel);
        _problems = problem is null ? _problems.Remove(zone) : _problems.SetItem(zone, (wanted?.Version ?? 0, problem));
        return problem;
    }

    private async Task<string?> SwitchAsync(DomainName zone, PushVersion? wanted, int? served, string why, CancellationToken cancel)
    {
        byte[]? text = wanted is null ? null : _store.Text(wanted.Hash);
        if (wanted is not null && text is null)
            return "its text has not come yet.";
        byte[]? before = served is null || !File.Exists(_store.ServedPath(zone)) ? null : await File.ReadAllBytesAsync(_store.ServedPath(zone), cancel);
        if (wanted is not null && await JudgeAsync(zone, text!, cancel) is { Count: > 0 } errors)
            return $"refused with {errors.Count} error{(errors.Count == 1 ? "" : "s")}, first {errors[0]}.";
        Serve(zone, wanted?.Version, text);
        ReloadResult result = await _reload($"zone {zone}: {why}", cancel);
        if (result.Errors.Count == 0)
            return null;
        Serve(zone, served, before);
        return $"refused with {result.Errors.Count} errors, first {result.Errors[0]}.";
    }

    private void Serve(DomainName zone, int? version, byte[]? text)
    {
        if (version is { } number && text is not null)
        {
            StateFile.Write(_store.ServedPath(zone), text);
            _serving = _serving.SetItem(zone, number);
        }
        else
        {
            _serving = _serving.Remove(zone);
        }

        _store.SaveServing(_serving.ToDictionary(s => s.Key.ToLower().ToString(), s => s.Value));
    }

    private void Keep(DomainName zone, PushIndex index)
    {
        _store.SaveIndex(zone, index);
        _indexes = _indexes.SetItem(zone, index);
        HashSet<string> used = [.. _indexes.Values.SelectMany(i => i.Versions).Select(v => v.Hash)];
        foreach (string hash in _store.Texts().Where(h => !used.Contains(h)))
            _store.RemoveText(hash);
    }

    private void Restore()
    {
        try
        {
            Dictionary<string, int> serving = _store.Serving();
            foreach ((string path, DomainName? zone, PushIndex? index) in _store.Indexes())
            {
                if (zone is null || index is null)
                {
                    Log.Unusable(_logger, path);
                    continue;
                }

                _indexes = _indexes.SetItem(zone, index);
                if (serving.TryGetValue(zone.ToLower().ToString(), out int version) && File.Exists(_store.ServedPath(zone)))
                    _serving = _serving.SetItem(zone, version);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(_logger, DomainName.Root, e.Message);
        }
    }

    private static string Numbers(PushIndex index) => index.Versions.Count == 0 ? "none" : string.Join(' ', index.Versions.Select(v => v.Version));

    private string NameOf(DomainName zone) => Prefix + zone.ToLower();

    private DomainName? Find(string name) => DomainName.TryParse(name.AsSpan(Prefix.Length), DomainName.Root, out DomainName? zone, out _) ? zone : null;

    private static partial class Log
    {
        [LoggerMessage(871, LogLevel.Information, "Zone {Zone}: {Why}, version {Version}")]
        public static partial void Changed(ILogger logger, DomainName zone, string why, int? version);

        [LoggerMessage(872, LogLevel.Error, "Zone {Zone} as pushed is not served here: {Problem} What was served stays")]
        public static partial void Refused(ILogger logger, DomainName zone, string problem);

        [LoggerMessage(873, LogLevel.Error, "Pushed zone {Zone} cannot be kept on disk: {Problem}")]
        public static partial void NotKept(ILogger logger, DomainName zone, string problem);

        [LoggerMessage(874, LogLevel.Error, "{Path} is not used: it is not what this version writes")]
        public static partial void Unusable(ILogger logger, string path);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using GslbServer.Dns;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Dynamic updates (RFC 2136): carries out what a key may change, keeps it beside the zone files, and puts in force what came to other nodes. Zone files stay the operator's: they are never written.</summary>
internal sealed partial class ZoneUpdates : ISharedBook, IDisposable
{
    /// <summary>Changed records of one zone, those taken out included: what is more belongs into the file.</summary>
    public const int MaxEdits = 10_000;

    /// <summary>A record that was taken out, and that the file has not either, is remembered so long: a node that was away for longer may bring it back.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private readonly NodeOptions _options;
    private readonly Loader _loader;
    private readonly ZoneTaker _taker;
    private readonly AuditTrail _audit;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<DomainName, (ZoneEdits Edits, byte[] Record)> _zones = new();

    public ZoneUpdates(NodeOptions options, Loader loader, ZoneTaker taker, AuditTrail audit, EventLog events, TimeProvider time, ILogger logger)
    {
        (_options, _loader, _taker, _audit, _events, _time, _logger) = (options, loader, taker, audit, events, time, logger);
        Restore();
        loader.Edited = Edit;
    }

    public event Action? Changed;

    public string Prefix => "updates/";

    public IReadOnlyList<string> Names => [.. _zones.Keys.Select(NameOf)];

    /// <summary>Whether anybody may change anything.</summary>
    public bool IsOn => _options.Transfer.Updates.Count > 0;

    /// <summary>Whether a zone's text was pushed.</summary>
    public Func<DomainName, bool> IsPushed { get; set; } = _ => false;

    /// <summary>What updates changed, by zone.</summary>
    public IReadOnlyList<ZoneEdits> All => [.. _zones.Values.Select(z => z.Edits).OrderBy(z => z.Apex)];

    public string TagOf(string name) => Find(name) is { } zone && _zones.TryGetValue(zone, out (ZoneEdits Edits, byte[] Record) known) ? EditsRecord.TagOf(known.Record) : "";

    public byte[] Read(string name) => Find(name) is { } zone && _zones.TryGetValue(zone, out (ZoneEdits Edits, byte[] Record) known) ? known.Record : [];

    /// <summary>How updates were answered.</summary>
    public UpdateCounts Counts { get; } = new();

    /// <param name="zone">What the update named, in wire form, verified or not; empty where that could not be read.</param>
    public void Count(ReadOnlySpan<byte> zone, Rcode rcode) => Counts.Add(zone.IsEmpty ? null : _loader.Zones.FindApex(zone)?.Apex, rcode);

    /// <summary>Carries out an update (RFC 2136 section 3): all of it or nothing.</summary>
    /// <param name="key">Whose signature it bears, verified.</param>
    public async Task<Rcode> ApplyAsync(UpdateMessage message, TsigKey key, Client client, CancellationToken cancel)
    {
        using Activity? span = Spans.Begin("zone.update", ("gslb.zone", message.Zone.ToString()), ("gslb.key", key.Name.ToString()), ("client.address", client.ToAddress().ToString()));
        Rcode result = await JudgeAsync(message, key, client, cancel);
        span?.SetTag("dns.rcode", result.ToString());
        return result;
    }

    private async Task<Rcode> JudgeAsync(UpdateMessage message, TsigKey key, Client client, CancellationToken cancel)
    {
        UpdateGrant[] grants = [.. _options.Transfer.Updates.Where(g => g.Key.Equals(key.Name))];
        if (grants.Length == 0)
            return Refuse(message, key, client, "this key may change nothing; --update-allow names those that may");
        string? refused = null;
        Rcode result = Rcode.NoError;
        bool isChanged = await _taker.ChangeAsync(message.Zone, zone =>
        {
            (result, refused, ZoneChange? change) = Judge(message, zone, grants);
            return change is null ? null : new PlannedChange(change, () => Keep(change, key.Name.ToString(), client));
        }, (why, rcode) => (refused, result) = (why, rcode), cancel);
        if (refused is not null)
            return Refuse(message, key, client, refused, result);
        if (isChanged)
            Changed?.Invoke();
        return result;
    }

    public async Task MergeAsync(string name, byte[] record, Func<string, Task<byte[]?>> fetch, CancellationToken cancel)
    {
        if (Find(name) is not { } zone || !EditsRecord.TryRead(zone, record, out ZoneEdits? there))
            throw new FormatException("it is not what this version writes");
        ZoneEdits here = EditsOf(zone);
        IReadOnlyList<ZoneEdit> news = there.NewerThan(here);
        string? failed = null;
        bool isChanged = await _taker.ChangeAsync(zone, current =>
        {
            (IReadOnlyList<TransferRecord> deleted, IReadOnlyList<TransferRecord> added) = UpdateRules.Apply(current, news);
            bool isContent = deleted.Count + added.Count > 0, isHigher = there.Serial is { } serial && SerialNumber.IsHigher(serial, current.Serial);
            if (!isContent && !isHigher)
                return null;
            ZoneChange change = TransferSource.Change(current, deleted, added, isHigher ? there.Serial!.Value : SerialNumber.Next(current.Serial));
            return new PlannedChange(change, () => Save(EditsOf(zone).Merge(there).With([], change.ToSerial)));
        }, (why, _) => failed = why, cancel);
        if (failed is not null)
            Log.NotMerged(_logger, zone, failed);
        if (isChanged)
            Log.Merged(_logger, zone, news.Count);
        else
            TrySave(EditsOf(zone).Merge(there), tell: false); // of a zone that is not here, or does not fit it: for the next load
        if (isChanged && TagOf(name) != EditsRecord.TagOf(record))
            Changed?.Invoke();
    }

    public void Dispose() => _loader.Edited = null;

    /// <summary>Judges an update on the zone in force.</summary>
    private (Rcode Result, string? Refused, ZoneChange? Change) Judge(UpdateMessage message, Zone zone, UpdateGrant[] grants)
    {
        Rcode wrong = UpdateRules.CheckPrerequisites(zone, message.Prerequisites);
        if (wrong != Rcode.NoError)
            return (wrong, null, null);
        if (UpdateRules.Apply(zone, message.Updates, (owner, type) => grants.Any(g => g.Allows(owner, type)), out string? refused) is not { } made)
            return (Rcode.Refused, refused, null);
        if (made.Deleted.Count + made.Added.Count == 0)
            return (Rcode.NoError, null, null);
        if (EditsOf(zone.Apex).Count + made.Deleted.Count + made.Added.Count > MaxEdits)
            return (Rcode.Refused, $"{MaxEdits} records of {zone.Apex} are changed by updates already; move them into the zone file", null);
        return (Rcode.NoError, null, TransferSource.Change(zone, made.Deleted, made.Added, SerialNumber.Next(zone.Serial)));
    }

    /// <summary>On disk before anybody sees it.</summary>
    private void Keep(ZoneChange change, string by, Client client)
    {
        DomainName zone = change.From.Owner;
        ZoneEdits before = EditsOf(zone);
        string revision = Revision.Next(before.Highest, _time.GetUtcNow(), _options.Node);
        IEnumerable<ZoneEdit> deleted = change.Deleted.Select(r => new ZoneEdit(r.Owner, r.Type, r.Rdata, null, revision, by));
        IEnumerable<ZoneEdit> added = change.Added.Select(r => new ZoneEdit(r.Owner, r.Type, r.Rdata, r.Ttl, revision, by));
        HashSet<ZoneEdit> kept = [.. ZoneEdits.None(zone).With(added, null).With(deleted, null).All];
        Save(before.With(kept, change.ToSerial));
        string what = $"serial {change.ToSerial}: {string.Join("; ", kept.Take(8))}{(kept.Count > 8 ? $"; and {kept.Count - 8} more" : "")}";
        Log.Updated(_logger, zone, by, what);
        _events.Add("update", zone.ToString(), null, null, what);
        _audit.Add("update", zone.ToString(), entry => entry with { Who = $"key {by}", Origin = client.ToAddress().ToString(), Result = what });
    }

    private Rcode Refuse(UpdateMessage message, TsigKey key, Client client, string why, Rcode rcode = Rcode.Refused)
    {
        Log.Refused(_logger, message.Zone, key.Name, client.ToAddress(), why);
        _audit.Add("update", message.Zone.ToString(), entry => entry with { Who = $"key {key.Name}", Origin = client.ToAddress().ToString(), Result = $"refused: {why}" });
        return rcode == Rcode.NoError ? Rcode.Refused : rcode;
    }

    /// <summary>A zone file as it is read, with what updates changed.</summary>
    /// <param name="inForce">The zone as it is served; null where it is not.</param>
    private ZoneFile Edit(ZoneFile file, Zone? inForce)
    {
        if (file.HasErrors || file.Apex is not { } apex)
            return file;
        if (!_zones.TryGetValue(apex, out (ZoneEdits Edits, byte[] Record) known))
        {
            if (!IsPushed(apex))
                return file;
            known.Edits = ZoneEdits.None(apex); // whoever pushes need not think of serials, nor whoever rolls back
        }

        DateTimeOffset old = _time.GetUtcNow() - Remembered;
        ZoneEdits edits = known.Edits.Without(e => e.Ttl is null && Revision.Time(e.Revision) < old && !e.IsIn(file));
        if (edits.Count < known.Edits.Count)
            TrySave(edits);
        string place = PathOf(apex);
        uint serial = edits.Serial is { } updated && SerialNumber.IsHigher(updated, file.Serial) ? updated : file.Serial;
        ZoneFile made = EditedZone.Of(file, edits, place, serial);
        if (inForce is null || inForce.IsExpired || made.HasErrors || SerialNumber.IsHigher(serial, inForce.Serial))
            return made;
        // The file is another and its serial below what updates have raised it to, so that nobody who compares serials would notice.
        Zone compiled = ZoneCompiler.Compile(apex, made.Records, _ => -1);
        bool isSame = ZoneDifference.Between(inForce, compiled) is { Deleted.Count: 0, Added.Count: 0 };
        uint next = isSame ? inForce.Serial : SerialNumber.Next(inForce.Serial);
        if (next == serial)
            return made;
        TrySave(edits.With([], next));
        made = EditedZone.Of(file, edits, place, next);
        return isSame || IsPushed(apex) ? made : made with
        {
            Diagnostics =
            [
                .. made.Diagnostics, new ZoneDiagnostic(DiagnosticSeverity.Warning, file.Soa!.Position,
                    $"zone {apex} changed at serial {file.Serial}, while updates have raised what is served to {inForce.Serial}; it is served as {next}. Next time write a serial above that"),
            ],
        };
    }

    private ZoneEdits EditsOf(DomainName zone) => _zones.TryGetValue(zone, out (ZoneEdits Edits, byte[] Record) known) ? known.Edits : ZoneEdits.None(zone);

    /// <exception cref="IOException">Nothing is changed.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing is changed.</exception>
    private void Save(ZoneEdits edits)
    {
        byte[] record = EditsRecord.Write(edits);
        if (_zones.TryGetValue(edits.Apex, out (ZoneEdits Edits, byte[] Record) known) && known.Record.AsSpan().SequenceEqual(record))
            return;
        StateFile.Write(PathOf(edits.Apex), record);
        _zones[edits.Apex] = (edits, record);
    }

    private void TrySave(ZoneEdits edits, bool tell = true)
    {
        try
        {
            Save(edits);
            if (tell)
                Changed?.Invoke();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(_logger, edits.Apex, e.Message);
        }
    }

    private void Restore()
    {
        string folder = Path.Combine(_options.StateDirectory, "updates");
        if (!Directory.Exists(folder))
            return;
        foreach (string path in Directory.EnumerateFiles(folder, "*.updates").Order(StringComparer.Ordinal))
        {
            try
            {
                byte[] record = File.ReadAllBytes(path);
                if (ZoneOfFile(path) is { } zone && EditsRecord.TryRead(zone, record, out ZoneEdits? edits))
                    _zones[zone] = (edits, EditsRecord.Write(edits));
                else
                    Log.Unusable(_logger, path, "it is not what this version writes");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.Unusable(_logger, path, e.Message);
            }
        }
    }

    private string PathOf(DomainName zone) => Path.Combine(_options.StateDirectory, "updates", StateFile.NameOf(zone) + ".updates");

    private static DomainName? ZoneOfFile(string path) => DomainName.TryParse(Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path)) + ".", DomainName.Root, out DomainName? zone, out _) ? zone : null;

    private string NameOf(DomainName zone) => Prefix + zone.ToLower();

    private DomainName? Find(string name) => DomainName.TryParse(name.AsSpan(Prefix.Length), DomainName.Root, out DomainName? zone, out _) ? zone : null;

    private static partial class Log
    {
        [LoggerMessage(851, LogLevel.Information, "Zone {Zone} updated by key {Key}, {What}")]
        public static partial void Updated(ILogger logger, DomainName zone, string key, string what);

        [LoggerMessage(852, LogLevel.Warning, "Update of zone {Zone} by key {Key} from {Client} refused: {Why}")]
        public static partial void Refused(ILogger logger, DomainName zone, DomainName key, System.Net.IPAddress client, string why);

        [LoggerMessage(853, LogLevel.Information, "Zone {Zone}: {Count} records as updates at other nodes changed them")]
        public static partial void Merged(ILogger logger, DomainName zone, int count);

        [LoggerMessage(854, LogLevel.Warning, "Zone {Zone}: updates of other nodes do not fit what is served here: {Why}")]
        public static partial void NotMerged(ILogger logger, DomainName zone, string why);

        [LoggerMessage(855, LogLevel.Error, "Updates of zone {Zone} could not be kept on disk: {Problem}")]
        public static partial void NotSaved(ILogger logger, DomainName zone, string problem);

        [LoggerMessage(856, LogLevel.Error, "{Path} is not used: {Problem}. Updates in it are not served; it is overwritten by the next update")]
        public static partial void Unusable(ILogger logger, string path, string problem);
    }
}

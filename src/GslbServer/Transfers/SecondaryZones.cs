using System.Collections.Concurrent;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Puts zones beside those in force: zones that came, zones that may no longer be served, zones that are no longer ours.</summary>
/// <param name="changes">Those that led to the one that came; null where they are not known.</param>
internal delegate Task<ReloadResult> TakeZones(IReadOnlyList<ZoneFile> come, IReadOnlyList<DomainName> expired, IReadOnlyList<DomainName> gone, IReadOnlyList<ZoneChange>? changes,
    CancellationToken cancel);

/// <inheritdoc cref="Loader.TryTake"/>
internal delegate Task<bool> TakeChanges(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel);

/// <summary>All zones that this node has from primaries: those of <c>--secondary</c>, catalogs, and the members of catalogs.</summary>
internal sealed partial class SecondaryZones : IAsyncDisposable
{
    /// <summary>Transfers in that run at once.</summary>
    private const int Concurrent = 10;

    private readonly Func<DomainName, Zone?> _current;
    private readonly SecondaryStore _store;
    private readonly SecondarySaver _saver;
    private readonly TsigKeyStore _keys;
    private readonly TakeZones _take;
    private readonly TakeChanges _takeChanges;
    private readonly TimeProvider _time;
    private readonly EventLog _events;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _places = new(Concurrent), _changing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<DomainName, SecondaryZone> _zones = new(); // served
    private readonly Dictionary<DomainName, (SecondaryZone Zone, CatalogList List)> _catalogs = [];
    private readonly Dictionary<DomainName, TimeSpan> _ages = []; // of what the disk had
    private readonly ILookup<DomainName, ZonePeer> _static, _catalogPeers;
    private Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)> _members = [];
    private volatile IReadOnlyList<string> _conflicts = [];
    private Task _saving = Task.CompletedTask;

    /// <param name="current">The zone in force of this name.</param>
    public SecondaryZones(TransferOptions options, SecondaryStore store, TsigKeyStore keys, Func<DomainName, Zone?> current, TakeZones take, TakeChanges takeChanges, TimeProvider time, EventLog events,
        ILoggerFactory loggers)
    {
        (_store, _keys, _current, _take, _takeChanges, _time, _events, _loggers) = (store, keys, current, take, takeChanges, time, events, loggers);
        _saver = new SecondarySaver(store, time);
        _logger = loggers.CreateLogger<SecondaryZones>();
        _static = options.Secondary.ToLookup(p => p.Zone!);
        _catalogPeers = options.Catalogs.ToLookup(p => p.Zone!);
        foreach (IGrouping<DomainName, ZonePeer> catalog in _catalogPeers)
        {
            var list = new CatalogList(catalog.Key, _logger) { Changed = ChangeMembersAsync, Taken = _saver.Save };
            _catalogs.Add(catalog.Key, (Make(catalog.Key, [.. catalog], list), list));
        }
    }

    public IReadOnlyList<string> Warnings => _conflicts;

    /// <summary>Zones of primaries that have no data at all yet.</summary>
    public IEnumerable<DomainName> Waiting => _zones.Values.Where(z => z.Status().State == "waiting").Select(z => z.Name);

    /// <summary>What the state directory has, before anything is served.</summary>
    /// <returns>Zones that may be served, and the names of those that may not.</returns>
    public (IReadOnlyList<ZoneFile> Kept, IReadOnlyList<DomainName> Missing) Restore()
    {
        foreach ((DomainName name, (_, CatalogList list)) in _catalogs)
        {
            if (_store.Load(name) is { } kept && list.Use(kept.File).Count == 0)
            {
                _ages[name] = kept.Age;
            }
        }

        _members = DecideMembers();
        var files = new List<ZoneFile>();
        var missing = new List<DomainName>();
        foreach (DomainName name in _static.Select(s => s.Key).Concat(_members.Keys))
        {
            if (_store.Load(name) is { } kept && kept.Age < SecondaryTimers.Of(SoaRdata.Read(kept.File.Soa!.Rdata)).Expire)
            {
                _ages[name] = kept.Age;
                files.Add(kept.File);
            }
            else
            {
                missing.Add(name);
            }
        }

        return (files, missing);
    }

    /// <summary>Begins to ask primaries.</summary>
    public void Start()
    {
        _saving = _saver.RunAsync(_stop.Token);
        foreach (DomainName name in _static.Select(s => s.Key).Concat(_members.Keys))
        {
            Begin(name);
        }

        foreach ((DomainName name, (SecondaryZone zone, _)) in _catalogs)
        {
            zone.Start(_ages.TryGetValue(name, out TimeSpan age) ? age : null);
        }
    }

    /// <summary>A NOTIFY: heard from primaries alone, by their address (RFC 1996 section 3.10).</summary>
    public Rcode Notified(DomainName name, in Client client, TsigKey? key, uint? serial)
    {
        SecondaryZone? zone = _zones.GetValueOrDefault(name) ?? (_catalogs.TryGetValue(name, out var catalog) ? catalog.Zone : null);
        if (zone is null)
        {
            return _current(name) is null ? Rcode.NotAuth : Rcode.Refused;
        }

        IPAddress from = client.ToAddress();
        if (!zone.HasPrimary(from))
        {
            return Rcode.Refused;
        }

        zone.Notified(from, serial);
        return Rcode.NoError;
    }

    public IReadOnlyList<SecondaryStatus> Status()
    {
        Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)> members = _members;
        return
        [
            .. _zones.Values.OrderBy(z => z.Name).Select(z => members.TryGetValue(z.Name, out var of)
                ? z.Status() with { Catalog = of.Catalog.ToString(), Groups = of.Member.Groups } : z.Status()),
            .. _catalogs.Values.Select(c => c.Zone.Status() with { IsCatalog = true }),
        ];
    }

    public async Task StopAsync()
    {
        await Task.WhenAll(_zones.Values.Concat(_catalogs.Values.Select(c => c.Zone)).Select(z => z.StopAsync()));
        await _stop.CancelAsync();
        await _saving;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (SecondaryZone zone in _zones.Values.Concat(_catalogs.Values.Select(c => c.Zone)))
        {
            zone.Dispose();
        }

        _places.Dispose();
        _changing.Dispose();
        _stop.Dispose();
    }

    private SecondaryZone Make(DomainName name, IReadOnlyList<ZonePeer> primaries, IZoneSink sink)
        => new(name, primaries, sink, _store, _keys, _places, _time, _events, _loggers.CreateLogger<SecondaryZone>());

    private void Begin(DomainName name)
    {
        ZonePeer[] primaries = _static.Contains(name) ? [.. _static[name]] : [.. _catalogPeers[_members[name].Catalog]];
        SecondaryZone zone = Make(name, primaries, new ServedZone(name, _current, _take, _takeChanges, _saver.Save));
        _zones[name] = zone;
        zone.Start(_ages.TryGetValue(name, out TimeSpan age) ? age : null);
    }

    private Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)> DecideMembers()
    {
        var conflicts = new List<string>();
        var owners = CatalogOwners.Decide(_members.ToDictionary(m => m.Key, m => m.Value.Catalog), [.. _catalogs.Values.Select(c => (c.List.Name, c.List.Members))],
            _static.Select(s => s.Key).ToHashSet(), conflicts);
        foreach (DomainName taken in owners.Keys.Where(name => !_members.ContainsKey(name) && _current(name) is not null).ToArray())
        {
            conflicts.Add($"{taken}: listed by catalog {owners[taken].Catalog}, but this node has a zone file of it");
            owners.Remove(taken);
        }

        foreach (string conflict in conflicts.Except(_conflicts))
        {
            Log.Conflict(_logger, conflict);
        }

        _conflicts = conflicts;
        return owners;
    }

    /// <summary>Zones come and go with the lists.</summary>
    private async Task ChangeMembersAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)> before = _members, after = DecideMembers();
            // A new unique label means a zone that only has the same name (RFC 9432 section 5.3).
            DomainName[] anew = [.. after.Where(m => before.TryGetValue(m.Key, out var was) && was.Member.Unique != m.Value.Member.Unique).Select(m => m.Key)];
            DomainName[] moved = [.. after.Where(m => before.TryGetValue(m.Key, out var was) && !was.Catalog.Equals(m.Value.Catalog)).Select(m => m.Key).Except(anew)];
            DomainName[] gone = [.. before.Keys.Where(name => !after.ContainsKey(name))];
            DomainName[] come = [.. after.Keys.Where(name => !before.ContainsKey(name))];
            foreach (DomainName name in gone.Concat(moved).Concat(anew))
            {
                if (_zones.TryRemove(name, out SecondaryZone? zone))
                {
                    await zone.StopAsync();
                    zone.Dispose();
                }
            }

            foreach (DomainName name in gone.Concat(anew))
            {
                _saver.Forget(name);
                _ages.Remove(name);
            }

            _members = after;
            await _take([], [.. come, .. anew], gone, null, cancel);
            foreach (DomainName name in come.Concat(moved).Concat(anew))
            {
                Begin(name);
            }

            if (come.Length + gone.Length + moved.Length + anew.Length > 0)
            {
                Log.MembersChanged(_logger, come.Length, gone.Length, moved.Length, anew.Length);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(641, LogLevel.Information, "Catalogs: {Come} zones come, {Gone} go, {Moved} change the catalog, {Anew} begin anew")]
        public static partial void MembersChanged(ILogger logger, int come, int gone, int moved, int anew);

        [LoggerMessage(642, LogLevel.Warning, "Catalogs: {Conflict}")]
        public static partial void Conflict(ILogger logger, string conflict);
    }
}

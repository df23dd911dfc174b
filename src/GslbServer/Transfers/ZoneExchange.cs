using GslbServer.Dns;

namespace GslbServer;

/// <summary>All of a node's traffic in zones: keys, transfers out, NOTIFY, zones from primaries.</summary>
internal sealed class ZoneExchange : IAsyncDisposable
{
    private readonly TransferOptions _options;
    private readonly ZoneJournals _journals = new();

    public ZoneExchange(NodeOptions options, Func<DomainName, Zone?> current, TakeZones take, TakeChanges takeChanges, TimeProvider time, EventLog events, ILoggerFactory loggers)
    {
        _options = options.Transfer;
        Keys = new TsigKeyStore(_options.KeyFile);
        Out = new ZoneTransfers(new TransferRules(_options.Allow), _options.WithSteering, _journals);
        Notify = new NotifySender(_options.Notify, Keys, time, loggers.CreateLogger<NotifySender>());
        In = new SecondaryZones(_options, new SecondaryStore(options.StateDirectory, time, loggers.CreateLogger<SecondaryStore>()), Keys, current, take, takeChanges, time, events, loggers);
        Queries = new SpecialQueries(Keys, Out, time) { Notified = (zone, client, key, serial) => In.Notified(zone, client, key, serial) };
    }

    public TsigKeyStore Keys { get; }

    public ZoneTransfers Out { get; }

    public NotifySender Notify { get; }

    public SecondaryZones In { get; }

    public SpecialQueries Queries { get; }

    /// <summary>Reads the keys again.</summary>
    /// <returns>What is wrong, one line each: then the keys stay as they were.</returns>
    public IReadOnlyList<string> LoadKeys()
    {
        TsigKeys before = Keys.Current;
        IReadOnlyList<string> errors = Keys.Load();
        if (errors.Count > 0)
        {
            return errors;
        }

        string where = _options.KeyFile is null ? "there is no --tsig-keys" : $"it is not in {_options.KeyFile} (keys: {string.Join(", ", Keys.Current.All.Select(k => k.Name))})";
        errors = [.. _options.Keys.Where(name => Keys.Current.Find(name) is null).Select(name => $"key:{name}: {where}")];
        if (errors.Count > 0)
        {
            Keys.Restore(before);
        }

        return errors;
    }

    /// <summary>Other zones are in force: remembers what changed, and tells who wants to know.</summary>
    /// <param name="changes">Those that led to the one zone that came from a primary; null where they have to be found.</param>
    public void Changed(ZoneSet before, ZoneSet after, IReadOnlyList<ZoneChange>? changes)
    {
        foreach (Zone zone in after.Zones)
        {
            Zone? old = before.FindApex(zone.Apex.Wire);
            if (ReferenceEquals(old, zone) || zone.IsExpired || (old is not null && !old.IsExpired && old.Serial == zone.Serial))
            {
                continue;
            }

            if (Out.IsOn)
            {
                Remember(old, zone, changes);
            }

            Notify.Changed(zone);
        }
    }

    public async Task StopAsync()
    {
        Notify.Stop();
        await In.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Notify.Stop();
        await In.DisposeAsync();
        Notify.Dispose();
    }

    private void Remember(Zone? old, Zone zone, IReadOnlyList<ZoneChange>? changes)
    {
        if (old is null || old.IsExpired)
        {
            _journals.Forget(zone.Apex);
            return;
        }

        IReadOnlyList<ZoneChange> known = changes is not null && changes[0].From.Owner.Equals(zone.Apex) ? changes : ZoneDifference.Between(old, zone) is { } found ? [found] : [];
        if (known.Count == 0)
        {
            _journals.Forget(zone.Apex);
        }

        foreach (ZoneChange change in known)
        {
            _journals.Add(zone.Apex, change);
        }
    }
}

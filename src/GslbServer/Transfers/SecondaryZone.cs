using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The life of one zone from primaries: asks for its SOA when the refresh is due or a NOTIFY came, fetches what changed or all of it, hands it on, and lets it expire when no primary is
/// heard for too long (RFC 1034 section 4.3.5, RFC 1995, RFC 1996).</summary>
internal sealed partial class SecondaryZone(DomainName name, IReadOnlyList<ZonePeer> primaries, IZoneSink sink, SecondaryStore store, TsigKeyStore keys, SemaphoreSlim places, TimeProvider time,
    EventLog events, ILogger<SecondaryZone> logger) : IDisposable
{
    private enum Fetched { Taken, Failed, OnlyWhole }

    private readonly SemaphoreSlim _woken = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TimeSpan _next; // monotonic, as all times here but those for people
    private TimeSpan? _expires;
    private int _failures;
    private IPAddress? _notifier; // asked first
    private string? _problem;
    private DateTimeOffset? _refreshedAt, _transferredAt;
    private string? _lastTransfer;
    private Task _running = Task.CompletedTask;

    public DomainName Name => name;

    public IReadOnlyList<ZonePeer> Primaries => primaries;

    /// <param name="age">Of the zone as it lies on disk; null where nothing lies there.</param>
    public void Start(TimeSpan? age)
    {
        if (sink.Current is { } zone && age is { } known)
        {
            SecondaryTimers timers = TimersOf(zone);
            _expires = time.Now() + timers.Expire - known;
            _refreshedAt = time.GetUtcNow() - known;
        }

        _next = time.Now();
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Whether this address may tell of changes: only a primary.</summary>
    public bool HasPrimary(IPAddress address) => primaries.Any(p => p.EndPoint.Address.Equals(address));

    /// <summary>A primary says that there is something new: it is asked at once.</summary>
    /// <param name="serial">As it says; what is here already needs no question.</param>
    public void Notified(IPAddress from, uint? serial)
    {
        if (serial is { } announced && sink.Current is { } zone && !SerialNumber.IsHigher(announced, zone.Serial))
        {
            return;
        }

        lock (_gate)
        {
            _notifier = from;
            _next = time.Now();
        }

        Wake();
    }

    public SecondaryStatus Status()
    {
        Zone? zone = sink.Current;
        lock (_gate)
        {
            DateTimeOffset Wall(TimeSpan at) => time.GetUtcNow() + (at - time.Now());
            string state = zone is null ? (_refreshedAt is null ? "waiting" : "expired") : _failures > 0 ? "refreshing" : "serving";
            return new SecondaryStatus(name.ToString(), state, zone?.Serial, [.. primaries.Select(p => p.ToString())], _transferredAt, _lastTransfer, _refreshedAt,
                Wall(_next == TimeSpan.MaxValue ? time.Now() : _next), // asking just now
                zone is null || _expires is not { } expires ? null : Wall(expires), _problem);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _woken.Dispose();
    }

    private static SecondaryTimers TimersOf(Zone zone) => SecondaryTimers.Of(SoaRdata.Read(TransferSource.SoaOf(zone).Rdata));

    private async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await StepAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // What nobody foresaw must not end a zone's refreshes.
                Log.Failed(logger, e, name);
                Failed(e.Message);
            }
        }
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        TimeSpan now = time.Now();
        if (_expires is { } expires && now >= expires && sink.Current is { } old)
        {
            _expires = null;
            await sink.ExpireAsync(cancel);
            Log.Expired(logger, name, old.Serial, _problem ?? "no primary answers");
            events.Add("transfer", name.ToString(), null, null, $"expired with serial {old.Serial}: {_problem ?? "no primary answers"}");
        }

        if (now < _next)
        {
            TimeSpan until = _expires is { } end && end < _next ? end : _next;
            await WaitAsync(until - now, cancel);
            return;
        }

        await RefreshAsync(cancel);
    }

    private async Task RefreshAsync(CancellationToken cancel)
    {
        IPAddress? first;
        lock (_gate)
        {
            (first, _notifier) = (_notifier, null);
            _next = TimeSpan.MaxValue; // a NOTIFY that comes while we ask sets it again
        }

        string problem = "";
        foreach (ZonePeer primary in primaries.OrderBy(p => !p.EndPoint.Address.Equals(first)))
        {
            TsigKey? key = primary.Key is null ? null : keys.Current.Find(primary.Key);
            string? wrong = primary.Key is not null && key is null ? $"key {primary.Key} is not in {keys.File}" : await RefreshAsync(primary, key, cancel);
            if (wrong is null)
            {
                Succeeded();
                return;
            }

            problem += $"{(problem.Length > 0 ? "; " : "")}{primary.EndPoint}: {wrong}";
        }

        Failed(problem);
    }

    /// <returns>Null when the zone is as new as this primary's.</returns>
    private async Task<string?> RefreshAsync(ZonePeer primary, TsigKey? key, CancellationToken cancel)
    {
        Zone? zone = sink.Current;
        TransferRecord? held = zone is null ? null : TransferSource.SoaOf(zone);
        if (zone is not null)
        {
            (byte[]? reply, string wrong) = await DnsExchange.AskAsync(primary, key, (to, id) => TransferQuery.WriteSoa(to, id, name), time, tries: 3, cancel);
            if (reply is null)
            {
                return wrong;
            }

            if (!TryReadSerial(reply, out uint serial, out wrong))
            {
                return wrong;
            }

            if (!SerialNumber.IsHigher(serial, zone.Serial))
            {
                return serial == zone.Serial ? null : $"has serial {serial}, lower than {zone.Serial} here";
            }
        }

        await places.WaitAsync(cancel);
        try
        {
            (Fetched result, string problem) = await FetchAsync(primary, key, zone, held, cancel);
            if (result == Fetched.OnlyWhole)
            {
                (result, problem) = await FetchAsync(primary, key, zone, null, cancel);
            }

            return result == Fetched.Taken ? null : problem;
        }
        finally
        {
            places.Release();
        }
    }

    private bool TryReadSerial(byte[] reply, out uint serial, out string wrong)
    {
        serial = 0;
        wrong = "";
        if (!TransferMessage.TryRead(reply, out TransferMessage message) || message.Rcode != Rcode.NoError)
        {
            wrong = $"answers {message.Rcode.ToString().ToUpperInvariant()} for the SOA";
        }
        else if (!message.IsAuthoritative || !message.TryReadSoa(name, out serial))
        {
            wrong = "is not authoritative for the zone";
        }

        return wrong.Length == 0;
    }

    /// <returns><see cref="Fetched.OnlyWhole"/> where the changes cannot be had or used; then the whole zone may.</returns>
    private async Task<(Fetched Result, string Problem)> FetchAsync(ZonePeer primary, TsigKey? key, Zone? zone, TransferRecord? held, CancellationToken cancel)
    {
        TimeSpan begin = time.Now();
        (TransferOutcome outcome, TransferReader reader, string problem) = await TransferClient.FetchAsync(primary, key, name, held, store.PathOf(name), time, cancel);
        ZoneRecords? records = reader.Records;
        switch (outcome)
        {
            case TransferOutcome.UpToDate:
                return (Fetched.Taken, "");
            case TransferOutcome.Changes when await sink.TryTakeAsync(zone!, reader.Changes, cancel):
                Transferred(primary, reader.Serial, "IXFR", reader.Count, time.Now() - begin);
                return (Fetched.Taken, "");
            case TransferOutcome.Changes:
                records = ZonePatch.Apply(zone!, reader.Changes, store.PathOf(name), out problem);
                break;
            case TransferOutcome.Failed:
                return (held is null ? Fetched.Failed : Fetched.OnlyWhole, problem);
        }

        if (records is null)
        {
            return (Fetched.OnlyWhole, problem);
        }

        ZoneFile file = ZoneFileReader.Check(store.PathOf(name), records);
        uint serial = file.Serial;
        IReadOnlyList<string> errors = file.Apex is null || !file.Apex.Equals(name) ? [$"the SOA is of {file.Apex}, not of {name}"]
            : await sink.TakeAsync(file, outcome == TransferOutcome.Changes ? reader.Changes : null, cancel);
        if (errors.Count > 0)
        {
            string refused = store.SaveRefused(file, name);
            errors = [.. errors.Select(e => e.Replace(store.PathOf(name), refused, StringComparison.Ordinal))];
            Refuse(primary, serial, errors);
            return (Fetched.Failed, $"serial {serial} is refused with {errors.Count} error{(errors.Count == 1 ? "" : "s")}, first {errors[0]}");
        }

        Transferred(primary, serial, outcome == TransferOutcome.Changes ? "IXFR" : "AXFR", reader.Count, time.Now() - begin);
        return (Fetched.Taken, "");
    }

    private void Refuse(ZonePeer primary, uint serial, IReadOnlyList<string> errors)
    {
        string stays = sink.Current is { } zone ? $"In force stays serial {zone.Serial}" : "Nothing is served of it";
        foreach (string error in errors)
        {
            Log.BadRecord(logger, error);
        }

        Log.Refused(logger, name, serial, primary.EndPoint, errors.Count, stays);
        events.Add("transfer", name.ToString(), null, null, $"serial {serial} from {primary.EndPoint} refused with {errors.Count} errors; {stays}");
    }

    private void Transferred(ZonePeer primary, uint serial, string form, int records, TimeSpan took)
    {
        string what = $"{form} from {primary.EndPoint}, {records} records in {took.TotalSeconds:0.000} s";
        lock (_gate)
        {
            _transferredAt = time.GetUtcNow();
            _lastTransfer = what;
        }

        Log.Transferred(logger, name, serial, what);
        events.Add("transfer", name.ToString(), null, serial.ToString(System.Globalization.CultureInfo.InvariantCulture), what);
    }

    private void Succeeded()
    {
        TimeSpan now = time.Now();
        Zone? zone = sink.Current;
        SecondaryTimers timers = zone is null ? new SecondaryTimers(SecondaryTimers.FirstRetry(6), SecondaryTimers.FirstRetry(6), TimeSpan.MaxValue / 4) : TimersOf(zone);
        lock (_gate)
        {
            _expires = now + timers.Expire;
            _next = _next == TimeSpan.MaxValue ? now + timers.Refresh : _next;
            (_failures, _problem, _refreshedAt) = (0, null, time.GetUtcNow());
        }

        store.Touch(name);
    }

    private void Failed(string problem)
    {
        Zone? zone = sink.Current;
        lock (_gate)
        {
            _failures++;
            TimeSpan wait = zone is null ? SecondaryTimers.FirstRetry(_failures) : TimersOf(zone).Retry;
            _next = _next == TimeSpan.MaxValue ? time.Now() + wait : _next;
            if (_problem != problem)
            {
                _problem = problem;
                Log.RefreshFailed(logger, name, problem);
            }
        }
    }

    private void Wake()
    {
        if (_woken.CurrentCount == 0)
        {
            try
            {
                _woken.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has just done so.
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await _woken.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(601, LogLevel.Information, "Zone {Zone} has serial {Serial}: {What}")]
        public static partial void Transferred(ILogger logger, DomainName zone, uint serial, string what);

        [LoggerMessage(602, LogLevel.Error, "Zone {Zone} serial {Serial} from {Primary} refused, {Errors} errors. {Stays}")]
        public static partial void Refused(ILogger logger, DomainName zone, uint serial, IPEndPoint primary, int errors, string stays);

        [LoggerMessage(603, LogLevel.Error, "{Error}")]
        public static partial void BadRecord(ILogger logger, string error);

        [LoggerMessage(604, LogLevel.Warning, "Zone {Zone} was not refreshed: {Problem}")]
        public static partial void RefreshFailed(ILogger logger, DomainName zone, string problem);

        [LoggerMessage(605, LogLevel.Error, "Zone {Zone} expired with serial {Serial} and is answered with SERVFAIL: {Problem}")]
        public static partial void Expired(ILogger logger, DomainName zone, uint serial, string problem);

        [LoggerMessage(606, LogLevel.Error, "Refreshing zone {Zone} failed")]
        public static partial void Failed(ILogger logger, Exception exception, DomainName zone);
    }
}

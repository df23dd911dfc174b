using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>Who did what, when, from where and why, and what nodes concluded: kept by every node in memory and on disk, and in every store. What this node adds goes to all stores;
/// what others add comes from them and is kept here too, so the trail outlives every store and all nodes but one. Thread-safe; adding never waits.</summary>
public sealed partial class AuditTrail : IAsyncDisposable
{
    /// <summary>Entries that can be asked for; older ones are in the files.</summary>
    public const int Capacity = 20_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Lock _disk = new();
    private readonly AuditBook _book = new(Capacity);
    private readonly List<AuditEntry> _unsaved = [];
    private readonly AuditLink[] _links;
    private readonly AuditFile? _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Wakeup _saving = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _node;
    private ITimer? _ticks;
    private Task _work = Task.CompletedTask;
    private string? _notSaved;

    /// <param name="stores">All that nodes share; memory stores and Redis alike.</param>
    /// <param name="directory">Of the copy on disk; null keeps none.</param>
    public AuditTrail(string node, IReadOnlyList<IStateStore> stores, string? directory, TimeProvider time, ILogger<AuditTrail> logger)
    {
        _node = node;
        _time = time;
        _logger = logger;
        _file = directory is null ? null : new AuditFile(directory, time);
        _links = [.. stores.OfType<IHasAudit>().Select(store => new AuditLink(store.Audit, Absorb, Newest))];
    }

    /// <summary>What is wrong with the copy on disk: altered or missing entries, a directory that cannot be written. Empty when all is well.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_disk)
                return [.. _file?.Problems ?? [], .. _notSaved is { } why ? [why] : (string[])[]];
        }
    }

    /// <summary>Reads the copy on disk and starts the background work. Does not wait for any store.</summary>
    public Task StartAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (AuditEntry entry in _file?.Load() ?? [])
                _book.Add(entry);
        }

        foreach (string problem in _file?.Problems ?? [])
            Log.Damaged(_logger, problem);
        _work = Task.WhenAll(
        [
            .. _links.Select(link => link.Wakeup.LoopAsync(link.RoundAsync, _stopping.Token)),
            _saving.LoopAsync(stopping => Task.Run(() => Save(durable: false), stopping), _stopping.Token),
        ]);
        _ticks = _time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    /// <summary>Adds what happened here and now. Stamped with this node, the time and an id above all known.</summary>
    /// <param name="revision">Of the override that was stored: the entry stands at its place in time, before whatever followed from it. Null for now.</param>
    public void Add(string kind, string subject, Func<AuditEntry, AuditEntry> with, string? revision = null)
    {
        lock (_lock)
        {
            DateTimeOffset utcNow = _time.GetUtcNow();
            string id = revision is null ? Revision.Next(_book.Newest, utcNow, _node) : revision + "+";
            Take(with(new AuditEntry(id, utcNow, _node, kind, subject)));
        }
    }

    /// <summary>Adds what follows from the clock alone, on every node the same: <see cref="AuditEntry.ByTheClock"/>.</summary>
    public void Add(AuditEntry entry)
    {
        lock (_lock)
            Take(entry);
    }

    /// <summary>Returns once what was added so far is on the medium, where it can be written.</summary>
    public void Flush() => Save(durable: true);

    /// <summary>The newest entries that are wanted, in order.</summary>
    /// <param name="cursor">Where an earlier answer ended: only what this node learned since. 0: everything.</param>
    /// <param name="next">For the next one.</param>
    public IReadOnlyList<AuditEntry> Read(int limit, Func<AuditEntry, bool> wanted, long cursor, out long next)
    {
        lock (_lock)
        {
            next = _book.Arrivals;
            return _book.Last(limit, wanted, cursor);
        }
    }

    /// <summary>Tells the stores what they do not have yet, within half a second or so, and stops.</summary>
    public async Task StopAsync()
    {
        if (_ticks is not null)
            await _ticks.DisposeAsync().ConfigureAwait(false);
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), _time);
        try
        {
            await Task.WhenAll(_links.Select(link => link.RoundAsync(deadline.Token))).ConfigureAwait(false);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            // They are on disk.
        }

        Save(durable: true);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Under the lock.</summary>
    private void Take(AuditEntry entry)
    {
        if (!_book.Add(entry))
            return;
        Keep(entry);
        foreach (AuditLink link in _links)
            link.Send(entry);
    }

    private void Absorb(IReadOnlyList<AuditEntry> entries)
    {
        lock (_lock)
        {
            foreach (AuditEntry entry in entries)
            {
                if (_book.Add(entry))
                    Keep(entry);
            }
        }
    }

    private void Keep(AuditEntry entry)
    {
        if (_file is null)
            return;
        _unsaved.Add(entry);
        if (_unsaved.Count > Capacity)
            _unsaved.RemoveAt(0);
        _saving.Call();
    }

    private IReadOnlyList<AuditEntry> Newest(int limit)
    {
        lock (_lock)
            return _book.Last(limit, _ => true);
    }

    private void Save(bool durable)
    {
        if (_file is null)
            return;
        lock (_disk)
        {
            AuditEntry[] batch;
            lock (_lock)
                batch = [.. _unsaved];
            if (batch.Length == 0)
                return;
            try
            {
                _file.Append(batch, durable);
                lock (_lock)
                    _unsaved.RemoveAll(new HashSet<AuditEntry>(batch, ReferenceEqualityComparer.Instance).Contains);
                if (_notSaved is not null)
                    Log.Writable(_logger);
                _notSaved = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (_notSaved is null)
                    Log.NotWritable(_logger, e.Message);
                _notSaved = $"it cannot be written: {e.Message}";
            }
        }
    }

    private void Tick()
    {
        foreach (AuditLink link in _links)
            link.Wakeup.Call();
        _saving.Call();
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "Audit trail on disk: {Problem}")]
        public static partial void Damaged(ILogger logger, string problem);

        [LoggerMessage(41, LogLevel.Warning, "The audit trail on disk cannot be written: {Why} It is kept in memory and in the stores, and tried again each second")]
        public static partial void NotWritable(ILogger logger, string why);

        [LoggerMessage(42, LogLevel.Information, "The audit trail on disk can be written again")]
        public static partial void Writable(ILogger logger);
    }
}

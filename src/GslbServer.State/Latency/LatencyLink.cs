using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>One store of round trips as this process uses it. Each has its own loop, so that one that hangs delays no other.</summary>
internal sealed partial class LatencyLink(ILatencyStore store, bool isOwn, bool reads, LatencyTables tables, TimeProvider time, ILogger logger, Action changed)
{
    /// <summary>Hints that come closer together than this are answered by one round.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(50);

    // Who reads is a node, whose StateFeed warns of the same store.
    private readonly LogLevel _lossLevel = reads ? LogLevel.Information : LogLevel.Warning;

    private readonly long _since = time.GetTimestamp();
    private volatile Outgoing? _unsent;
    private volatile Reading _reading = new(null, "not read yet");
    private bool _failureLogged;
    private long _published;
    private long _namesakes;

    public ILatencyStore Store => store;

    public Wakeup Wakeup { get; } = new();

    public long Published => Interlocked.Read(ref _published);

    public long Namesakes => Interlocked.Read(ref _namesakes);

    public StoreStatus Status
    {
        get
        {
            Reading reading = _reading;
            return new StoreStatus(store.Name, reading.Error is null, time.GetElapsedTime(reading.LastGood ?? _since), reading.Error, 0);
        }
    }

    /// <summary>Only the newest is worth telling: it says all.</summary>
    public void Send(LatencyTableName name, byte[] octets)
    {
        _unsent = new Outgoing(name, octets);
        Wakeup.Call();
    }

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        store.Hinted += Wakeup.Call;
        try
        {
            while (true)
            {
                await Wakeup.WaitAsync(stopping).ConfigureAwait(false);
                await RoundAsync(stopping).ConfigureAwait(false);
                await Task.Delay(Debounce, time, stopping).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Cancelled, or what was just being tried failed: neither may keep the process from stopping.
        }
        finally
        {
            store.Hinted -= Wakeup.Call;
        }
    }

    /// <returns>Null where the store could not be reached.</returns>
    public Task<bool?> TryAddMapAsync(LatencyMap map, CancellationToken cancel) =>
        TryAsync<bool?>(async () => await store.TryAddAsync(LatencyTableName.Map(map.Epoch), map.Octets.ToArray(), cancel).ConfigureAwait(false), cancel);

    /// <returns>False where the store could not be reached.</returns>
    public Task<bool> TryWriteAsync(string nonce, Association association, CancellationToken cancel) => TryAsync(async () =>
    {
        await store.WriteAssociationAsync(nonce, association, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    /// <returns>Null where there is none, or the store could not be reached.</returns>
    public Task<Association?> TakeAsync(string nonce, CancellationToken cancel) => TryAsync(() => store.TakeAssociationAsync(nonce, cancel), cancel);

    /// <returns>Null where a writer told nothing before an epoch that can be read.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    public async Task<LatencyRows?> ReadLastAsync(string writer, uint before, CancellationToken cancel)
    {
        IReadOnlyList<LatencyTableName> listed = await store.ListAsync(cancel).ConfigureAwait(false);
        LatencyTableName[] own = [.. listed.Where(name => name.Writer == writer && name.Epoch < before).OrderByDescending(name => name.Epoch).Take(1)];
        return own.Length == 0 ? null : LatencyRowsCodec.Decode(await store.ReadAsync(own[0], cancel).ConfigureAwait(false), out _);
    }

    /// <summary>Never throws but for cancellation.</summary>
    private async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            if (isOwn)
                await SendAsync(cancel).ConfigureAwait(false);
            IReadOnlyList<LatencyTableName> listed = await store.ListAsync(cancel).ConfigureAwait(false);
            if (reads)
                await ReadAsync(tables.Wanted(store.Name, listed), cancel).ConfigureAwait(false);
            Succeeded();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Whatever a store throws, the loop goes on: the next round is the retry.
            Failed(e);
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        if (_unsent is not { } unsent)
            return;
        // Not added: it is there already, from an attempt that seemed to fail; or somebody else has this name.
        if (await store.TryAddAsync(unsent.Name, unsent.Octets, cancel).ConfigureAwait(false))
            Interlocked.Increment(ref _published);
        else if (await store.ReadAsync(unsent.Name, cancel).ConfigureAwait(false) is { } told && !told.AsSpan().SequenceEqual(unsent.Octets) && Interlocked.Increment(ref _namesakes) == 1)
            Log.Namesake(logger, unsent.Name.Writer, store.Name);
        Interlocked.CompareExchange(ref _unsent, null, unsent);
    }

    private async Task ReadAsync(IReadOnlyList<LatencyTableName> wanted, CancellationToken cancel)
    {
        bool isNews = false;
        foreach (LatencyTableName name in wanted)
        {
            // What is gone or too long has no octets, and is refused like what is damaged.
            byte[] octets = await store.ReadAsync(name, cancel).ConfigureAwait(false) ?? [];
            isNews |= tables.Take(store.Name, name, octets, out string problem);
            if (problem.Length > 0)
                Log.Refused(logger, name, store.Name, problem);
        }

        if (isNews)
            changed();
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Failed(e);
            return default;
        }
    }

    private void Succeeded()
    {
        if (_reading.Error is not null)
            Log.Reached(logger, store.Name);
        _failureLogged = false;
        _reading = new Reading(time.GetTimestamp(), null);
    }

    private void Failed(Exception e)
    {
        if (!_failureLogged)
        {
            (string name, string why) = (store.Name, e.Message.TrimEnd('.'));
            Log.Unreachable(logger, _lossLevel, name, why);
        }

        _failureLogged = true;
        _reading = _reading with { Error = e.Message };
    }

    private sealed record Outgoing(LatencyTableName Name, byte[] Octets);

    private sealed record Reading(long? LastGood, string? Error);

    private static partial class Log
    {
        [LoggerMessage(44, LogLevel.Information, "Round trips are exchanged with {Store}")]
        public static partial void Reached(ILogger logger, string store);

        [LoggerMessage(EventId = 45, Message = "Round trips are not exchanged with {Store}: {Why}. What is known stays in force; it is tried again each second")]
        public static partial void Unreachable(ILogger logger, LogLevel level, string store, string why);

        [LoggerMessage(47, LogLevel.Warning, "Another process tells round trips as {Writer} to {Store}: what this one measured is lost. Give each balancer and each node a name of its own")]
        public static partial void Namesake(ILogger logger, string writer, string store);

        [LoggerMessage(46, LogLevel.Warning, "Table {Name} of round trips in {Store} is refused: {Why}. What was known stays")]
        public static partial void Refused(ILogger logger, LatencyTableName name, string store, string why);
    }
}

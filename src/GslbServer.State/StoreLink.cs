using System.Diagnostics;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>One store as this node uses it: reads it, writes this node's report if it is the node's own, gives back what it lost, and knows how it is doing. Each
/// store has its own loop, so that one that hangs delays no other.</summary>
internal sealed partial class StoreLink(IStateStore store, bool isOwn, SharedState shared, ILogger logger, Action<Absorbed> absorbed)
{
    private readonly TimeSpan _since = shared.Now;
    private volatile Reading _reading = new(null, "not read yet", 0, 0);
    private bool _failureLogged, _unreadableLogged, _forgedLogged, _impersonationSeen, _impersonationLogged;

    public IStateStore Store => store;

    public bool IsOwn => isOwn;

    /// <summary>Reads alone: another process writes in this node's name.</summary>
    public bool IsSilent { get; set; }

    public bool WasEverRead => _reading.LastGood is not null;

    public Wakeup Wakeup { get; } = new();

    public StoreStatus Status
    {
        get
        {
            Reading reading = _reading;
            return new StoreStatus(store.Name, reading.Error is null, shared.Now - (reading.LastGood ?? _since), reading.Error, reading.Unreadable) { Forged = reading.Forged };
        }
    }

    /// <summary>Read, write, heal. Never throws but for cancellation.</summary>
    public async Task RoundAsync(TimeSpan reportInterval, CancellationToken cancel)
    {
        using Activity? span = StoreSpans.Begin(store.Name);
        bool isRead = false;
        try
        {
            StoreContents contents = await store.ReadAsync(cancel).ConfigureAwait(false);
            isRead = true;
            Absorbed news = shared.Absorb(contents);
            WasRead(contents, news);
            absorbed(news);
            StoreSpans.Succeeded(span, isNews: news.Matters || news.Lacking.Count + news.Past.Count > 0);
            if (IsSilent)
            {
                Succeeded();
                return;
            }

            if (isOwn)
                await ReportAsync(reportInterval, cancel).ConfigureAwait(false);
            if (news.Lacking.Count > 0)
                await store.WriteOverridesAsync(news.Lacking, cancel).ConfigureAwait(false);
            if (news.Past.Count > 0)
                await store.RemoveOverridesAsync(news.Past, cancel).ConfigureAwait(false);
            Succeeded();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Whatever a store throws, the loop goes on: the next round is the retry.
            Failed(e, isRead);
            StoreSpans.Failed(span, e);
        }
    }

    /// <returns>False where the store could not be reached.</returns>
    public Task<bool> TryWriteAsync(OperatorOverride value, CancellationToken cancel) => TryAsync(() => store.WriteOverridesAsync([value], cancel), cancel);

    /// <inheritdoc cref="TryWriteAsync(OperatorOverride, CancellationToken)"/>
    public Task<bool> TryWriteAsync(VantageReport report, CancellationToken cancel) => TryAsync(() => store.WriteReportAsync(report, announce: true, cancel), cancel);

    private async Task<bool> TryAsync(Func<Task> write, CancellationToken cancel)
    {
        try
        {
            await write().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Failed(e, isRead: false);
            return false;
        }
    }

    private async Task ReportAsync(TimeSpan interval, CancellationToken cancel)
    {
        if (shared.NextReport(interval, out bool isNews) is not { } report)
            return;
        try
        {
            await store.WriteReportAsync(report, isNews, cancel).ConfigureAwait(false);
        }
        catch
        {
            shared.NotReported(isNews);
            throw;
        }
    }

    private void WasRead(StoreContents contents, Absorbed news)
    {
        // A store that is full or read-only fails later in the round: what failed stands until a whole round succeeds.
        _reading = new Reading(shared.Now, _reading.Error, contents.Unreadable, contents.Forged);

        if (contents.Unreadable > 0 && !_unreadableLogged)
            Log.Unreadable(logger, store.Name, contents.Unreadable);
        _unreadableLogged = contents.Unreadable > 0;
        if (contents.Forged > 0 && !_forgedLogged)
            Log.Forged(logger, store.Name, contents.Forged);
        _forgedLogged = contents.Forged > 0;
        if (contents.IsPartial)
            Wakeup.Call();

        // Once is a restart; a node that finds it again has a double.
        if (!IsSilent && news.IsImpersonated && _impersonationSeen && !_impersonationLogged)
        {
            Log.Impersonated(logger, store.Name);
            _impersonationLogged = true;
        }

        _impersonationSeen |= news.IsImpersonated;
    }

    private void Succeeded()
    {
        if (_reading.Error is null)
            return;
        Log.Reached(logger, store.Name);
        _failureLogged = false;
        _reading = _reading with { Error = null };
    }

    private void Failed(Exception e, bool isRead)
    {
        Reading before = _reading;
        // A first failure may be a hiccup: it is tried again at once, and only then each second.
        if (before.Error is null)
            Wakeup.Call();
        if (!_failureLogged)
            LogFailure(e.Message.TrimEnd('.'), isRead);
        _failureLogged = true;
        _reading = before with { Error = e.Message };
    }

    private void LogFailure(string why, bool isRead)
    {
        if (isRead)
            Log.NotWritten(logger, store.Name, why);
        else
            Log.Unreachable(logger, store.Name, why);
    }

    private sealed record Reading(TimeSpan? LastGood, string? Error, int Unreadable, int Forged);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "State store {Store} is reached")]
        public static partial void Reached(ILogger logger, string store);

        [LoggerMessage(2, LogLevel.Warning, "State store {Store} is not reached: {Why}. Answers go on with what is known; it is tried again each second")]
        public static partial void Unreachable(ILogger logger, string store, string why);

        [LoggerMessage(5, LogLevel.Warning, "State store {Store} is read but cannot be written: {Why}. What this node sees and decides stays here; it is tried again each second")]
        public static partial void NotWritten(ILogger logger, string store, string why);

        [LoggerMessage(3, LogLevel.Warning, "State store {Store} holds {Count} records that cannot be read; they are left alone")]
        public static partial void Unreadable(ILogger logger, string store, int count);

        [LoggerMessage(6, LogLevel.Warning, "State store {Store} holds {Count} records without a valid signature; they are not believed (the same --sign-state-key-file on every node?)")]
        public static partial void Forged(ILogger logger, string store, int count);

        [LoggerMessage(4, LogLevel.Warning, "Another process writes reports to {Store} in this node's name: names must differ (--node)")]
        public static partial void Impersonated(ILogger logger, string store);
    }
}

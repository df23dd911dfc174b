using System.Collections.Concurrent;
using GslbServer.State;

namespace GslbServer;

/// <summary>What operators and updates did to zones becomes the same on all nodes, through the stores. A store that is away changes nothing: what is here stays, and goes there when it is back.</summary>
internal sealed partial class ZoneSharing(IReadOnlyList<ISharedRecords> stores, IReadOnlyList<ISharedBook> books, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Between looks, where no store hints at a change.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A start waits no longer for stores than this.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    /// <summary>Who changed something waits no longer to hear which stores have it.</summary>
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReachPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A record that nobody needs goes after this: another node may just be writing what needs it.</summary>
    private static readonly TimeSpan ObsoleteFor = TimeSpan.FromMinutes(1);

    /// <summary>By store and name, since when a record is needed by nobody.</summary>
    private readonly Dictionary<(string, string), long> _obsolete = [];

    private readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>By store, how many of <see cref="_changes"/> it has.</summary>
    private readonly ConcurrentDictionary<string, long> _reached = [];

    private long _changes;

    /// <summary>By store and name, the tag of what was not believed: said once.</summary>
    private readonly Dictionary<(string, string), string> _refused = [];

    /// <summary>Gets what the stores have before this node answers for the first time.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        foreach (ISharedRecords store in stores)
            store.Hinted += Wake;
        foreach (ISharedBook book in books)
            book.Changed += Share;
        using var limit = new CancellationTokenSource(StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await ExchangeAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        if (stores.Count == 0)
            return;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ExchangeAsync(stopping);
                using var limit = new CancellationTokenSource(Interval, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
                await _woken.WaitAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
            }
            catch (Exception e)
            {
                // What nobody foresaw must not end it; nor may it become a loop without a pause.
                Log.Failed(logger, e);
                await Task.WhenAny(Task.Delay(Interval, time, stopping));
            }
        }
    }

    public void Dispose()
    {
        foreach (ISharedRecords store in stores)
            store.Hinted -= Wake;
        foreach (ISharedBook book in books)
            book.Changed -= Share;
    }

    /// <summary>The stores that do not have what was changed here until now: they get it when they answer. Waits a moment for those that are slow.</summary>
    public async Task<IReadOnlyList<string>> UnreachedAsync(CancellationToken cancel)
    {
        long changes = Interlocked.Read(ref _changes), begin = time.GetTimestamp();
        while (true)
        {
            string[] behind = [.. stores.Select(store => store.Name).Where(name => _reached.GetValueOrDefault(name) < changes)];
            if (behind.Length == 0 || time.GetElapsedTime(begin) > ReachLimit)
            {
                return behind;
            }

            await Task.Delay(ReachPause, time, cancel);
        }
    }

    /// <summary>One exchange with every store that answers.</summary>
    public async Task ExchangeAsync(CancellationToken cancel)
    {
        foreach (ISharedRecords store in stores)
        {
            try
            {
                long changes = Interlocked.Read(ref _changes);
                if (await ExchangeAsync(store, cancel))
                    _reached[store.Name] = changes;
                else
                    Wake();
            }
            catch (StoreUnavailableException)
            {
                // The stores' own status says so.
            }
        }
    }

    /// <returns>False where another node wrote meanwhile: what it wrote is merged the next time.</returns>
    private async Task<bool> ExchangeAsync(ISharedRecords store, CancellationToken cancel)
    {
        bool isComplete = true;
        IReadOnlyDictionary<string, string> tags = await store.TagsAsync(cancel);
        foreach (ISharedBook book in books)
        {
            foreach ((string name, string tag) in tags.Where(t => t.Key.StartsWith(book.Prefix, StringComparison.Ordinal)))
            {
                if (book.TagOf(name) != tag && await store.ReadAsync(name, cancel) is { } record)
                    await MergeAsync(store, book, name, tag, record, cancel);
                else if (book.TagOf(name) != tag)
                    Refuse(store, name, tag, "it cannot be read, or is not signed as --sign-state-key-file wants");
            }

            foreach (string name in book.Names)
            {
                string here = book.TagOf(name), there = tags.GetValueOrDefault(name, "");
                byte[] record = here != there && here.Length > 0 ? book.Read(name) : [];
                if (record.Length is > 0 and <= ISharedRecords.MaxRecord)
                    isComplete &= await store.WriteAsync(name, record, here, there, cancel);
            }

            foreach (string name in tags.Keys.Where(n => n.StartsWith(book.Prefix, StringComparison.Ordinal)))
            {
                if (!book.IsObsolete(name))
                    _obsolete.Remove((store.Name, name));
                else if (_obsolete.TryAdd((store.Name, name), time.GetTimestamp()))
                    continue;
                else if (time.GetElapsedTime(_obsolete[(store.Name, name)]) > ObsoleteFor)
                    await store.RemoveAsync(name, cancel);
            }
        }

        return isComplete;
    }

    private async Task MergeAsync(ISharedRecords store, ISharedBook book, string name, string tag, byte[] record, CancellationToken cancel)
    {
        try
        {
            await book.MergeAsync(name, record, other => store.ReadAsync(other, cancel), cancel);
        }
        catch (FormatException e)
        {
            Refuse(store, name, tag, e.Message);
        }
    }

    private void Refuse(ISharedRecords store, string name, string tag, string why)
    {
        if (_refused.GetValueOrDefault((store.Name, name)) == tag)
            return;
        _refused[(store.Name, name)] = tag;
        Log.Refused(logger, name, store.Name, why);
    }

    private void Share()
    {
        Interlocked.Increment(ref _changes);
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (_woken.CurrentCount == 0)
                _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just done so.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(861, LogLevel.Warning, "{Record} in {Store} is not believed: {Why}. What is here stays, and is written there")]
        public static partial void Refused(ILogger logger, string record, string store, string why);

        [LoggerMessage(862, LogLevel.Error, "Sharing what concerns zones failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

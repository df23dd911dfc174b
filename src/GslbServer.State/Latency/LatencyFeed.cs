using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>Round trips of all, kept fresh in the background and never waited for: what this process measured goes to its own store (the first), what others measured
/// and decided is read from all. The stores belong to the caller.</summary>
public sealed partial class LatencyFeed : IAsyncDisposable
{
    /// <summary>Stores are looked at this often; they are asked for tables only where there are new ones.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LatencyTables _tables;
    private readonly LatencyLink[] _links;
    private readonly DiskState? _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _saving = new();
    private string _savedHash = "";
    private ITimer? _ticks;
    private Task _work = Task.CompletedTask;
    private int _stopped;

    /// <param name="stores">The first is this process's own. Empty: this process alone.</param>
    /// <param name="disk">Keeps the map in force; null keeps nothing.</param>
    /// <param name="epoch">Its length, the same for all of a cluster: whole seconds.</param>
    /// <param name="reads">False for one that only tells: a balancer.</param>
    public LatencyFeed(IReadOnlyList<ILatencyStore> stores, DiskState? disk, TimeSpan epoch, bool reads, TimeProvider time, ILogger<LatencyFeed> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, TimeSpan.FromSeconds(1));
        _tables = new LatencyTables(epoch, time);
        _disk = disk;
        _time = time;
        _logger = logger;
        _links = [.. stores.Select((store, i) => new LatencyLink(store, isOwn: i == 0, reads, _tables, time, logger, RaiseChanged))];
    }

    /// <summary>Raised on a background thread when there are new tables or another map.</summary>
    public event Action? Changed;

    /// <summary>The number of the present epoch.</summary>
    public uint Epoch => _tables.Epoch;

    /// <summary>The map in force; null before the first.</summary>
    public LatencyMap? Map => _tables.Map;

    /// <summary>Tables and maps that were damaged, foreign, under a name not theirs, or of a time to come: they are left alone, and what was known stays.</summary>
    public long Refused => _tables.Refused;

    /// <summary>Own tables that a store took.</summary>
    public long Published => _links.Length == 0 ? 0 : _links[0].Published;

    /// <summary>Own tables that could not be told because another process of the same name had told its own.</summary>
    public long Namesakes => _links.Length == 0 ? 0 : _links[0].Namesakes;

    /// <summary>Per store: as <see cref="StateFeed.Stores"/>.</summary>
    public IReadOnlyList<StoreStatus> Stores => [.. _links.Select(link => link.Status)];

    /// <summary>The newest table of each writer that is not newer than an epoch: what a map of the epoch after it follows from.</summary>
    public IReadOnlyList<LatencyRows> TablesUpTo(uint epoch) => _tables.UpTo(epoch);

    /// <summary>Loads the disk copy and starts the background work. Does not wait for any store.</summary>
    public Task StartAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_disk?.LoadLatencyMap() is { } map && _tables.TakeLocal(map))
            _savedHash = map.Hash;
        foreach (string problem in _disk?.Problems ?? [])
            Log.Unusable(_logger, problem);
        _work = Task.WhenAll(_links.Select(link => link.RunAsync(_stopping.Token)));
        _ticks = _time.CreateTimer(_ => CallAll(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        if (_ticks is not null)
            await _ticks.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
    }

    /// <summary>Tells what this process measured. Known here at once; goes to the own store in the background, tried again each second until the next is told.</summary>
    public void Publish(LatencyRows rows)
    {
        byte[] octets = LatencyRowsCodec.Encode(rows);
        if (octets.Length > LatencyTableName.MaxOctets)
        {
            Log.TooLong(_logger, octets.Length);
            return;
        }

        if (_links.Length > 0)
            _links[0].Send(new LatencyTableName(rows.Epoch, rows.Writer), octets);
        if (_tables.Take(rows))
            RaiseChanged();
    }

    /// <summary>The newest table that a process of this name told before the present epoch: what a start goes on from. While the own store is away, it is asked again each second.</summary>
    /// <returns>Null where there is none that can be read.</returns>
    public async Task<LatencyRows?> ReadLastAsync(string writer, CancellationToken cancel)
    {
        uint now = Epoch;
        while (_links.Length > 0)
        {
            try
            {
                return await _links[0].ReadLastAsync(writer, now, cancel).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Interval, _time, cancel).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Offers a map that this node decided. The first of an epoch stands, so that all nodes steer by the same one.</summary>
    public async Task<MapReceipt> TryPutMapAsync(LatencyMap map, CancellationToken cancel)
    {
        bool? isFirst = _links.Length == 0 ? null : await _links[0].TryAddMapAsync(map, cancel).ConfigureAwait(false);
        bool isNews = isFirst == true ? _tables.Take(_links[0].Store.Name, LatencyTableName.Map(map.Epoch), map.Octets.Span, out _) : isFirst is null && _tables.TakeLocal(map);
        if (isNews)
            RaiseChanged();
        if (isFirst == false)
            _links[0].Wakeup.Call();
        return isFirst switch { true => MapReceipt.First, false => MapReceipt.Late, null => MapReceipt.HereAlone };
    }

    /// <summary>Notes in the own store who looked up a host name made of this nonce.</summary>
    /// <returns>False where there is no store, or it could not be reached.</returns>
    public async Task<bool> TryWriteAssociationAsync(string nonce, Association association, CancellationToken cancel) =>
        _links.Length > 0 && await _links[0].TryWriteAsync(nonce, association, cancel).ConfigureAwait(false);

    /// <summary>Looks in all stores for who looked up a host name, and takes the note away: it counts once.</summary>
    /// <returns>Null where no store that can be reached has it.</returns>
    public async Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel)
    {
        Association?[] found = await Task.WhenAll(_links.Select(link => link.TakeAsync(nonce, cancel))).ConfigureAwait(false);
        return found.FirstOrDefault(association => association is not null);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void CallAll()
    {
        foreach (LatencyLink link in _links)
            link.Wakeup.Call();
    }

    private void RaiseChanged()
    {
        SaveMap();
        try
        {
            Changed?.Invoke();
        }
        catch (Exception e)
        {
            // A listener's fault must not end the loop that keeps this process informed.
            Log.ListenerFailed(_logger, e);
        }
    }

    private void SaveMap()
    {
        if (_disk is null || _tables.Map is not { } map)
            return;
        lock (_saving)
        {
            if (map.Hash == _savedHash)
                return;
            try
            {
                _disk.SaveLatencyMap(map);
                _savedHash = map.Hash;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.NotSaved(_logger, _disk.Directory, e.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "State on disk: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);

        [LoggerMessage(41, LogLevel.Error, "A listener to changes of round trips failed")]
        public static partial void ListenerFailed(ILogger logger, Exception e);

        [LoggerMessage(42, LogLevel.Warning, "The map of round trips is not written to {Directory}: {Why} The one in memory stays in force")]
        public static partial void NotSaved(ILogger logger, string directory, string why);

        [LoggerMessage(43, LogLevel.Error, "A table of {Octets} octets of round trips is longer than may be shared; it is not told")]
        public static partial void TooLong(ILogger logger, int octets);
    }
}

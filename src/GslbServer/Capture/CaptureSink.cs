using System.Buffers;

namespace GslbServer;

/// <summary>Where captured queries are written. What is added waits in memory, within bounds, for one task that writes; when the disk or the reader is slower than the queries, more is dropped and
/// counted, and nothing else waits.</summary>
internal abstract partial class CaptureSink(string target, TimeProvider time, ILogger logger)
{
    /// <summary>Octets that may wait.</summary>
    public const int MostWaiting = 16 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>For what is being written, and what still waits, when the node stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _filling = new(), _writing = new();
    private int _waiting;
    private long _written, _dropped;
    private bool _isFailing;

    /// <summary>Entries that were written.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Entries that were lost here: too many waited, or they could not be written.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes an entry over, whole.</summary>
    protected void Add(ReadOnlySpan<byte> entry)
    {
        lock (_gate)
        {
            if (_filling.WrittenCount + entry.Length > MostWaiting)
            {
                _dropped++;
                return;
            }

            _filling.Write(entry);
            _waiting++;
        }
    }

    /// <summary>Writes until told to stop, then what still waits. A write that the stop finds under way is not broken off: half a stream would lie there.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenRegistration grace = stop.Register(() => end.CancelAfter(Grace));
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }

        await FlushAsync(end.Token);
        await CloseAsync();
    }

    /// <exception cref="IOException">They could not be written; they count as lost.</exception>
    protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> entries, CancellationToken cancel);

    /// <summary>Whether there is somewhere to write to now; while there is not, entries wait.</summary>
    protected virtual ValueTask<bool> OpenAsync(CancellationToken cancel) => ValueTask.FromResult(true);

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private async Task FlushAsync(CancellationToken cancel)
    {
        int count = 0;
        try
        {
            if (!await OpenAsync(cancel))
            {
                return;
            }

            lock (_gate)
            {
                (_filling, _writing) = (_writing, _filling);
                (count, _waiting) = (_waiting, 0);
            }

            if (count > 0)
            {
                await WriteAsync(_writing.WrittenMemory, cancel);
                Interlocked.Add(ref _written, count);
            }

            if (_isFailing)
            {
                Log.Works(logger, target);
            }

            _isFailing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            lock (_gate)
            {
                _dropped += count;
            }

            if (!_isFailing && e is not OperationCanceledException)
            {
                Log.Fails(logger, target, e.Message);
                _isFailing = true;
            }
        }
        finally
        {
            if (count > 0)
            {
                _writing.ResetWrittenCount();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(231, LogLevel.Warning, "{Target}: queries cannot be written there: {Problem}. It is tried again, and what is lost is counted (gslb_capture_dropped_total)")]
        public static partial void Fails(ILogger logger, string target, string problem);

        [LoggerMessage(232, LogLevel.Information, "{Target}: queries are written again")]
        public static partial void Works(ILogger logger, string target);
    }
}

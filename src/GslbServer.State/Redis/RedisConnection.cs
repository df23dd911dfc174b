using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>
/// One Redis connection that is always being kept, in the background. What StackExchange.Redis 1.2.6 lacks is here: its asynchronous calls never time out, and a
/// server that hangs without closing is never given up. So each call has a deadline of its own, and after a few that passed in a row, or a while without a
/// connection, the multiplexer is thrown away for a new one. Writes already sent to a hung server are carried out when it wakes, hence the fences in the scripts.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Calls in a row that passed their deadline before the server counts as hung.</summary>
    private const int HungAfterCalls = 3;

    /// <summary>The library reconnects by itself, mostly within a second of the server's return; one that has not after this is replaced.</summary>
    private static readonly TimeSpan ReplaceDisconnectedAfter = TimeSpan.FromSeconds(15);

    private readonly ConfigurationOptions _options;
    private readonly string _name;
    private readonly RedisChannel _channel;
    private readonly Action _hinted;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Wakeup _replace = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keeping;

    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile string _lastFailure = "not connected yet";
    private int _late, _disposed;
    private long _connectedAt;
    private volatile bool _subscribed;

    public RedisConnection(ConfigurationOptions options, string name, string channel, Action hinted, TimeProvider time, ILogger logger)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = (int)ConnectDeadline.TotalMilliseconds;
        options.ClientName ??= "gslb";
        _options = options;
        _name = name;
        _channel = new RedisChannel(channel, RedisChannel.PatternMode.Literal);
        _hinted = hinted;
        _time = time;
        _logger = logger;
        _connectedAt = time.GetTimestamp();
        // The library's connecting is partly synchronous (name resolution): never on the caller's thread.
        _keeping = Task.Run(KeepAsync);
        _replace.Call();
    }

    /// <param name="deadline">Half a second where it is not given: for calls that carry much.</param>
    /// <exception cref="StoreUnavailableException">Not within the deadline, not connected, or refused by the server.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancel, TimeSpan? deadline = null)
    {
        TimeSpan limit = deadline ?? CallDeadline;
        await FirstAttemptAsync(cancel).ConfigureAwait(false);
        ConnectionMultiplexer multiplexer = Connected();
        // EVAL with its text, each time: the library's cache of script hashes would fail the first call after a restart or SCRIPT FLUSH.
        var arguments = new object[2 + keys.Length + values.Length];
        arguments[0] = script;
        arguments[1] = keys.Length;
        for (int i = 0; i < keys.Length; i++)
            arguments[2 + i] = keys[i];
        for (int i = 0; i < values.Length; i++)
            arguments[2 + keys.Length + i] = values[i];

        try
        {
            Task<RedisResult> call = multiplexer.GetDatabase().ExecuteAsync("EVAL", arguments);
            Observe(call);
            RedisResult result = await call.WaitAsync(limit, _time, cancel).ConfigureAwait(false);
            Interlocked.Exchange(ref _late, 0);
            if (!_subscribed)
                Observe(SubscribeAsync(multiplexer));
            return result;
        }
        catch (TimeoutException)
        {
            if (Interlocked.Increment(ref _late) >= HungAfterCalls)
                _replace.Call();
            throw new StoreUnavailableException($"no answer within {limit.TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or InvalidOperationException)
        {
            throw new StoreUnavailableException(FirstLine(e.Message), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>The calls of the first moment wait for the connection rather than report a failure that is none.</summary>
    private async Task FirstAttemptAsync(CancellationToken cancel)
    {
        if (_tried.Task.IsCompleted)
            return;
        try
        {
            await _tried.Task.WaitAsync(ConnectDeadline, _time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }
    }

    private ConnectionMultiplexer Connected()
    {
        ConnectionMultiplexer? multiplexer = _multiplexer;
        if (multiplexer is { IsConnected: true })
        {
            Interlocked.Exchange(ref _connectedAt, _time.GetTimestamp());
            return multiplexer;
        }

        if (_time.GetElapsedTime(Interlocked.Read(ref _connectedAt)) > ReplaceDisconnectedAfter)
            _replace.Call();
        throw new StoreUnavailableException(_lastFailure);
    }

    /// <summary>Connects, and again whenever the present connection is given up.</summary>
    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await _replace.WaitAsync(_stopping.Token).ConfigureAwait(false);
                ConnectionMultiplexer? old = Interlocked.Exchange(ref _multiplexer, null);
                if (old is not null)
                {
                    Log.Replaced(_logger, _name);
                    Close(old);
                }

                await ConnectAsync().ConfigureAwait(false);
                Interlocked.Exchange(ref _late, 0);
                Interlocked.Exchange(ref _connectedAt, _time.GetTimestamp());
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // Cancelled, or the connection that was just being made failed: nobody waits for it any more.
        }

        if (Interlocked.Exchange(ref _multiplexer, null) is { } last)
            Close(last);
    }

    private async Task ConnectAsync()
    {
        _subscribed = false;
        Task<ConnectionMultiplexer> connecting = ConnectionMultiplexer.ConnectAsync(_options);
        try
        {
            // Twice its own deadline: it is the library that should give up first.
            ConnectionMultiplexer multiplexer = await connecting.WaitAsync(ConnectDeadline * 2, _time, _stopping.Token).ConfigureAwait(false);
            multiplexer.ConnectionFailed += (_, e) => _lastFailure = Describe(e.FailureType);
            multiplexer.ConnectionRestored += (_, _) => _hinted();
            _multiplexer = multiplexer;
            if (multiplexer.IsConnected)
            {
                _hinted();
                await SubscribeAsync(multiplexer).ConfigureAwait(false);
            }
            else
            {
                _lastFailure = "no connection";
            }
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // Whatever the library throws at a connection: it is tried again.
            _lastFailure = FirstLine(e.Message);
        }
        finally
        {
            Observe(connecting);
            // Given up or stopped: it must not stay open when it comes after all.
            if (_multiplexer is null)
                _ = connecting.ContinueWith(late => Close(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _tried.TrySetResult();
        }
    }

    /// <summary>A hint lost for want of a subscription costs a second at most, so failing is not an error; the next call tries again.</summary>
    private async Task SubscribeAsync(ConnectionMultiplexer multiplexer)
    {
        _subscribed = true;
        try
        {
            Task subscribing = multiplexer.GetSubscriber().SubscribeAsync(_channel, (_, _) => _hinted());
            Observe(subscribing);
            await subscribing.WaitAsync(CallDeadline, _time, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            _subscribed = false;
        }
    }

    private static void Close(ConnectionMultiplexer multiplexer)
    {
        try
        {
            multiplexer.Close(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or InvalidOperationException)
        {
            // It was given up already.
        }
    }

    /// <summary>A call that was given up may still fail later; somebody must have looked.</summary>
    private static void Observe(Task task) => _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static string Describe(ConnectionFailureType failure) => failure switch
    {
        ConnectionFailureType.AuthenticationFailure => "authentication refused",
        ConnectionFailureType.UnableToConnect => "connection refused or no route",
        ConnectionFailureType.SocketClosed or ConnectionFailureType.SocketFailure => "connection lost",
        _ => failure.ToString(),
    };

    private static string FirstLine(string message)
    {
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end];
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Debug, "The connection to {Store} did not answer or come back; it is replaced by a new one")]
        public static partial void Replaced(ILogger logger, string store);
    }
}

using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>One Redis (or a Sentinel-managed one, or a Redis Cluster) that is always being kept, in the background. The client reconnects, follows a failover, and gives up a
/// server that hangs; here are its settings for that, and what failed last in words. Writes already sent to a hung server are carried out when it wakes, hence the fences in
/// the scripts.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>No answer within this is a failure; after four times this without a word the client takes the connection for dead.</summary>
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(1);

    /// <summary>How often the client looks whether calls are late.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(2), RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The client reconnects by itself, mostly within a second of the server's return; not always after it was refused. One that has not after this is replaced.</summary>
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(10);

    private const string NotYet = "not connected yet";

    private readonly ConfigurationOptions _options;
    private readonly RedisFailure _failure;
    private readonly Keys _plain, _tagged;
    private readonly Action _hinted;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keeping;

    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile string _lastFailure = NotYet;
    private volatile bool _subscribed;
    private int _disposed;

    public RedisConnection(ConfigurationOptions options, string cluster, Action hinted, TimeProvider time)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = (int)ConnectDeadline.TotalMilliseconds;
        options.AsyncTimeout = (int)CallDeadline.TotalMilliseconds;
        options.HeartbeatInterval = Heartbeat;
        options.ReconnectRetryPolicy = new LinearRetry((int)RetryAfter.TotalMilliseconds);
        // What cannot be said now is said anew, and truer, in the next round.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "gslb";
        _options = options;
        _failure = new RedisFailure(!string.IsNullOrEmpty(options.Password));
        _plain = new Keys(cluster);
        _tagged = _plain.InOneSlot;
        _hinted = hinted;
        _time = time;
        // Connecting is partly synchronous (name resolution): never on the caller's thread.
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Waits, but not long, for the first attempt to connect: the calls of the first moment should not report a failure that is none.</summary>
    /// <returns>The names of keys there.</returns>
    /// <exception cref="StoreUnavailableException">Not connected.</exception>
    public async Task<Keys> ReadyAsync(CancellationToken cancel)
    {
        if (!_tried.Task.IsCompleted)
            await Task.WhenAny(_tried.Task, Task.Delay(ConnectDeadline * 2, _time, cancel)).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return _multiplexer is { IsConnected: true } multiplexer ? KeysOf(multiplexer) : throw new StoreUnavailableException(_lastFailure);
    }

    /// <param name="keys">All in one slot where it is a Redis Cluster: <see cref="ReadyAsync"/> names them.</param>
    /// <exception cref="StoreUnavailableException">Not within the deadline, not connected, or refused by the server.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancel)
    {
        ConnectionMultiplexer multiplexer = _multiplexer ?? throw new StoreUnavailableException(_lastFailure);
        // EVAL with its text, each time: the client's cache of script hashes would fail the first call after a restart or SCRIPT FLUSH.
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
            RedisResult result = await call.WaitAsync(cancel).ConfigureAwait(false);
            if (!_subscribed)
                Observe(SubscribeAsync(multiplexer));
            return result;
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException($"no answer within {CallDeadline.TotalSeconds:0} s", e);
        }
        catch (RedisConnectionException e)
        {
            throw new StoreUnavailableException(_lastFailure, e);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or InvalidOperationException)
        {
            throw new StoreUnavailableException(_failure.Describe(e), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _multiplexer, null) is { } multiplexer)
            await multiplexer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>There is a multiplexer at once even where no server answers, but not where no Sentinel names a master.</summary>
    private async Task KeepAsync()
    {
        long connectedAt = 0;
        try
        {
            while (true)
            {
                if (_multiplexer is { IsConnected: true })
                    connectedAt = _time.GetTimestamp();
                else if ((_multiplexer is null || _time.GetElapsedTime(connectedAt) > ReplaceAfter) && await TryConnectAsync().ConfigureAwait(false))
                    connectedAt = _time.GetTimestamp();
                else if (_multiplexer is { } waiting)
                    await AskWhyAsync(waiting).ConfigureAwait(false);
                await Task.Delay(RetryAfter, _time, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryConnectAsync()
    {
        Task<ConnectionMultiplexer> connecting = ConnectionMultiplexer.ConnectAsync(_options);
        try
        {
            ConnectionMultiplexer multiplexer = await connecting.WaitAsync(_stopping.Token).ConfigureAwait(false);
            multiplexer.ConnectionFailed += (_, e) => _lastFailure = _failure.Describe(e);
            multiplexer.ConnectionRestored += (_, _) => _hinted();
            _subscribed = false;
            Interlocked.Exchange(ref _multiplexer, multiplexer)?.Dispose();
            if (!multiplexer.IsConnected)
                await AskWhyAsync(multiplexer).ConfigureAwait(false);
            else
                await SubscribeAsync(multiplexer).ConfigureAwait(false);
            _hinted();
            return true;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // Whatever the client throws at a connection: it is tried again.
            _lastFailure = _failure.Describe(e);
            return false;
        }
        finally
        {
            Observe(connecting);
            // Stopped meanwhile: it must not stay open when it comes after all.
            if (!connecting.IsCompleted)
                _ = connecting.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _tried.TrySetResult();
        }
    }

    /// <summary>Asks, to hear what is wrong: what failed while the multiplexer was made raised no event, and of later failures only the first does. What says more stays.</summary>
    private async Task AskWhyAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.GetDatabase().PingAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever the client throws, such as where PING is disabled: keeping the connection must go on.
            _lastFailure = _failure.Known(e) ?? (_lastFailure == NotYet ? _failure.Describe(e) : _lastFailure);
        }
    }

    /// <summary>A hint lost for want of a subscription costs a second at most, so failing is not an error; the next call tries again.</summary>
    private async Task SubscribeAsync(ConnectionMultiplexer multiplexer)
    {
        _subscribed = true;
        try
        {
            var channel = RedisChannel.Literal(KeysOf(multiplexer).Changed);
            await multiplexer.GetSubscriber().SubscribeAsync(channel, (_, _) => _hinted()).WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            _subscribed = false;
        }
    }

    private Keys KeysOf(ConnectionMultiplexer multiplexer) => Array.Exists(multiplexer.GetServers(), server => server.ServerType == ServerType.Cluster) ? _tagged : _plain;

    /// <summary>A call that was given up may still fail later; somebody must have looked.</summary>
    private static void Observe(Task task) => _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}

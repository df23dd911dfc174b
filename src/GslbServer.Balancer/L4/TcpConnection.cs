using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>One TCP connection of a client: its hello where one is read, a destination, and what goes to and fro.</summary>
internal sealed class TcpConnection(Socket client, L4Listener listener) : IL4Session
{
    /// <summary>Fatal alert <c>unrecognized_name</c> (RFC 6066 section 3).</summary>
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    private readonly L4Plan _plan = listener.InForce;
    private Socket? _backend;
    private long _lastTicks = listener.Now.Ticks;
    private volatile bool _cut;
    private bool _lacksDescriptors;

    /// <summary>From acceptance to the end. Never throws.</summary>
    public async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            client.Blocking = false;
            client.NoDelay = true;
            using var greeting = new Greeting(client);
            if (await RefusalAsync(greeting) is { } why)
            {
                listener.Refuse(why);
                Reset();
            }
            else await ServeAsync(greeting);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
        }
        finally
        {
            listener.Remove(this);
            client.Dispose();
            _backend?.Dispose();
        }
    }

    public void Cut()
    {
        _cut = true;
        Reset();
    }

    public void CutIfIdle(TimeSpan now, TimeSpan idle)
    {
        if (now.Ticks - Volatile.Read(ref _lastTicks) > idle.Ticks) Cut();
    }

    internal void Touch() => Volatile.Write(ref _lastTicks, listener.Now.Ticks);

    private async ValueTask<L4Refusal?> RefusalAsync(Greeting greeting)
    {
        if (_plan.Settings.ProxyProtocol.AcceptFrom.Count == 0 && _plan.Settings.Sni.Count == 0) return null;
        using var limit = new CancellationTokenSource(_plan.Settings.HelloTimeout, listener.Time);
        try
        {
            return await greeting.ReadAsync(_plan, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return L4Refusal.Slow;
        }
    }

    private async Task ServeAsync(Greeting greeting)
    {
        if (_plan.PoolOf(greeting.Hello) is not { } pool)
        {
            listener.Refuse(L4Refusal.ServerName);
            await client.SendAsync(UnrecognizedName, SocketFlags.None);
            client.Shutdown(SocketShutdown.Send);
            return;
        }

        L4Target? target = await ConnectAsync(pool, L4Choice.HashOf(greeting.Client, withPort: false));
        if (target is null)
        {
            listener.Refuse(_lacksDescriptors ? L4Refusal.Full : L4Refusal.NoDestination);
            Reset();
            return;
        }

        try
        {
            await TellAsync(_backend!, greeting, target);
            greeting.Dispose();
            await new Splice(client, _backend!, target, this).RunAsync();
        }
        finally
        {
            target.Leave();
        }
    }

    /// <summary>Tries destinations in turn until one takes the connection.</summary>
    /// <returns>The one entered; null if none did.</returns>
    private async Task<L4Target?> ConnectAsync(L4Pool pool, ulong key)
    {
        L4Settings settings = _plan.Settings;
        TimeSpan deadline = listener.Now + settings.ConnectTimeout;
        List<L4Target> tried = [];
        int attempts = Math.Min(settings.Attempts, pool.Targets.Count);
        for (int left = attempts; left > 0 && !_cut; left--)
        {
            TimeSpan now = listener.Now;
            if (now >= deadline || pool.Enter(key, now, tried) is not { } target) return null;
            if (await TryConnectAsync(target, (deadline - now) / left)) return target;
            target.Leave();
            if (_lacksDescriptors) return null;
            tried.Add(target);
            listener.Failed(pool, target);
        }

        return null;
    }

    private async Task<bool> TryConnectAsync(L4Target target, TimeSpan time)
    {
        if (target.NextEndPoint() is not { } endPoint) return false;
        using var limit = new CancellationTokenSource(time, listener.Time);
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // Many that were taken at once all want a second one now. That is not the destination's fault.
            _lacksDescriptors = DescriptorGuard.IsBeyondBackends(socket);
            if (_lacksDescriptors) throw new SocketException((int)SocketError.TooManyOpenSockets);
            await socket.ConnectAsync(endPoint, limit.Token);
            socket.NoDelay = true;
            socket.Blocking = false;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            _backend = socket;
            // Cut meanwhile: whoever cut did not see this socket.
            if (_cut) Reset();
            target.Served();
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket?.Dispose();
            return false;
        }
    }

    /// <summary>What the destination hears first: who the client is, and what the client has said so far.</summary>
    private async Task TellAsync(Socket backend, Greeting greeting, L4Target target)
    {
        if (_plan.Settings.ProxyProtocol.Send != ProxyVersion.None)
        {
            byte[] header = new byte[ProxyHeader.LongestWritten];
            int length = ProxyHeader.Write(header, _plan.Settings.ProxyProtocol.Send, greeting.Client, greeting.Local, ProtocolType.Tcp);
            await Splice.SendAllAsync(backend, header.AsMemory(0, length));
        }

        if (greeting.Octets.Length == 0) return;
        await Splice.SendAllAsync(backend, greeting.Octets);
        target.Sent.Add(greeting.Octets.Length);
    }

    /// <summary>Both sides see a reset, and whatever waits on either ends.</summary>
    private void Reset()
    {
        ResetOf(client);
        if (_backend is { } backend) ResetOf(backend);
    }

    private static void ResetOf(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}

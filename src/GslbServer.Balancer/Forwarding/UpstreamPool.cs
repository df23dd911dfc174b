using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>Connections to one address, those at rest newest first.</summary>
internal sealed class UpstreamPool(UpstreamAddress address, TimeProvider time)
{
    /// <summary>A connection at rest for longer is closed: most servers close theirs after 60 s or more, and whoever closes first wins no race.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(50);

    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<UpstreamConnection, bool> _all = [];
    private readonly Stack<UpstreamConnection> _idle = [];
    private readonly Lock _lock = new();

    public UpstreamAddress Address => address;

    /// <summary>So briefly that the backend is hardly likely to have closed it: not worth a system call.</summary>
    public bool HasRestedBriefly(UpstreamConnection connection) => time.GetElapsedTime(connection.IdleSince) < LookAfter;

    private long Now => time.GetTimestamp();

    public long After(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);

    /// <summary>The connection that was put aside last, so that those not needed grow old.</summary>
    public bool TryTake([NotNullWhen(true)] out UpstreamConnection? connection)
    {
        lock (_lock) return _idle.TryPop(out connection);
    }

    public void PutAside(UpstreamConnection connection)
    {
        connection.IsReused = true;
        connection.IdleSince = Now;
        connection.Expect(long.MaxValue);
        lock (_lock) _idle.Push(connection);
    }

    /// <exception cref="SocketException">It cannot be reached, or not in time.</exception>
    /// <exception cref="OperationCanceledException"/>
    public async ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancel)
    {
        Socket socket = address.EndPoint is IPEndPoint { AddressFamily: var family } ? new(family, SocketType.Stream, ProtocolType.Tcp) : new(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using ITimer timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, ConnectTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (DescriptorGuard.IsBeyondBackends(socket)) throw new SocketException((int)SocketError.TooManyOpenSockets);
            await socket.ConnectAsync(address.EndPoint, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new UpstreamConnection(socket, this);
        _all[connection] = true;
        return connection;
    }

    public void Forget(UpstreamConnection connection) => _all.TryRemove(connection, out _);

    /// <summary>Ends exchanges that are late and connections that have rested too long.</summary>
    public void Sweep()
    {
        long now = Now;
        foreach (UpstreamConnection connection in _all.Keys) connection.CloseIfLate(now);
        foreach (UpstreamConnection connection in Rested(now)) connection.Dispose();
    }

    public void CloseIdle()
    {
        foreach (UpstreamConnection connection in Rested(long.MaxValue)) connection.Dispose();
    }

    private UpstreamConnection[] Rested(long now)
    {
        lock (_lock)
        {
            if (_idle.Count == 0 || time.GetElapsedTime(_idle.Min(connection => connection.IdleSince), now) < LongestRest) return [];
            UpstreamConnection[] all = [.. _idle.Reverse()];
            UpstreamConnection[] rested = [.. all.Where(connection => time.GetElapsedTime(connection.IdleSince, now) >= LongestRest)];
            _idle.Clear();
            foreach (UpstreamConnection connection in all.Except(rested)) _idle.Push(connection);
            return rested;
        }
    }
}

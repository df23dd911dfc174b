using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>DNS over TCP on one endpoint (RFC 7766): accepts, hands each connection to a <see cref="StreamConnection"/>, closes those that idle.</summary>
internal sealed class DnsTcpListener : IDisposable
{
    private readonly Socket _socket;
    private readonly QueryHandler _handler;
    private readonly Counters _counters;
    private readonly TimeProvider _time;
    private readonly ResolverWatch? _watch;
    private readonly ConnectionLimits _limits;
    private readonly ClientNetworks? _proxies;
    private readonly ConcurrentDictionary<StreamConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;
    private Task _sweeping = Task.CompletedTask;

    /// <param name="given">The endpoint's socket that another process bound; null to bind it.</param>
    /// <exception cref="SocketException">The endpoint is in use, or not ours.</exception>
    public DnsTcpListener(IPEndPoint endpoint, QueryHandler handler, Counters counters, TimeProvider time, ResolverWatch? watch = null, ConnectionLimits? limits = null, ClientNetworks? proxies = null,
        Socket? given = null)
    {
        _handler = handler;
        _counters = counters;
        _time = time;
        _watch = watch;
        _limits = limits ?? new ConnectionLimits(new TransportOptions().MaxConnections, new TransportOptions().MaxConnectionsPerPrefix);
        _proxies = proxies;
        _socket = given ?? BoundSocket.Open(endpoint, ProtocolType.Tcp);
        _socket.Listen(TcpLimits.Backlog);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public Socket Socket => _socket;

    public void Start()
    {
        _accepting = AcceptAsync();
        _sweeping = SweepAsync();
    }

    /// <summary>No new connections; those open answer what they have read, then close. At most <paramref name="limit"/>.</summary>
    /// <param name="linger">Before that they may go on, until they idle: for a successor that accepts in this one's place.</param>
    public async Task StopAsync(TimeSpan limit, TimeSpan linger = default)
    {
        await _stop.CancelAsync();
        await _accepting;
        _socket.Dispose();
        await _sweeping;
        await LingerAsync(linger);
        foreach (StreamConnection connection in _connections.Keys)
        {
            connection.Finish();
        }

        try
        {
            await Task.WhenAll(_connections.Values).WaitAsync(limit, _time);
        }
        catch (TimeoutException)
        {
            foreach (StreamConnection connection in _connections.Keys)
            {
                connection.Abort();
            }
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _socket.Dispose();
    }

    /// <summary>Until nobody has anything to ask any more. Those who never pause are closed towards the end, behind an answer.</summary>
    private async Task LingerAsync(TimeSpan limit)
    {
        long since = _time.GetTimestamp();
        while (!_connections.IsEmpty && _time.GetElapsedTime(since) is var past && past < limit)
        {
            await Task.Delay(TcpLimits.AcceptPause, _time);
            EndIdle(TcpLimits.ShortestIdle);
            foreach (StreamConnection connection in past > limit / 2 ? _connections.Keys : [])
            {
                connection.EndAfterAnswer();
            }
        }
    }

    private void EndIdle(TimeSpan idle)
    {
        long now = _time.GetTimestamp();
        foreach (StreamConnection connection in _connections.Keys)
        {
            if (_time.GetElapsedTime(connection.LastProgress, now) > idle)
            {
                _counters.ForThisThread.Add(Counter.TcpTimedOutConnections);
                connection.EndIdle();
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client went away before we took it, or we are out of descriptors: let some close.
                _counters.ForThisThread.Add(Counter.TcpAcceptErrors);
                await Task.Delay(TcpLimits.AcceptPause, _time);
                continue;
            }

            try
            {
                Take(accepted);
            }
            catch (SocketException)
            {
                // Reset between the accept and the first look at it.
                _counters.ForThisThread.Add(Counter.TcpAcceptErrors);
                accepted.Dispose();
            }
        }
    }

    private void Take(Socket accepted)
    {
        CounterBlock counters = _counters.ForThisThread;
        Client peer = accepted.RemoteEndPoint is IPEndPoint remote ? Client.From(remote.Address) : default;
        bool isProxy = _proxies is not null && _proxies.Allows(peer);
        if ((Descriptors.IsOfReserve(accepted) ? Counter.TcpRefusedConnections : _limits.Enter(peer, isProxy)) is { } refused)
        {
            counters.Add(refused);
            accepted.Dispose();
            return;
        }

        try
        {
            counters.Add(Counter.TcpConnections);
            accepted.NoDelay = true;
            var connection = new StreamConnection(accepted, peer, _handler, _counters, _limits, _time, isProxy ? null : _watch, isProxy);
            Task running = connection.RunAsync();
            _connections[connection] = running;
            _ = running.ContinueWith(_ => Leave(connection, peer, isProxy), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        catch (SocketException)
        {
            _limits.Leave(peer, isProxy);
            throw;
        }
    }

    private void Leave(StreamConnection connection, in Client peer, bool isProxy)
    {
        _connections.TryRemove(connection, out Task? _);
        _limits.Leave(peer, isProxy);
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                EndIdle(_limits.Idle);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

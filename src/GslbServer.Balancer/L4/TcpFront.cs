using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>A TCP address that is listened on.</summary>
internal sealed class TcpFront : IL4Front
{
    private const int Backlog = 4096; // net.core.somaxconn cuts it

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private volatile L4Listener? _owner;
    private volatile bool _closed;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public TcpFront(IPEndPoint endPoint, TimeProvider time)
    {
        (EndPoint, _time) = (endPoint, time);
        _socket = Listen(endPoint);
    }

    public IPEndPoint EndPoint { get; }

    public L4Listener? Owner
    {
        get => _owner;
        set => _owner = value;
    }

    public async Task RunAsync()
    {
        while (!_closed)
        {
            try
            {
                Take(await _socket.AcceptAsync());
            }
            catch (SocketException) when (!_closed)
            {
                // A client that is gone already, or no descriptor is left: neither is the end, and it must not spin.
                await Task.Delay(PauseAfterError, _time);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public void Close()
    {
        _closed = true;
        _socket.Dispose();
    }

    public void Dispose() => Close();

    private void Take(Socket client)
    {
        if (_owner is not { } owner)
        {
            client.Dispose();
            return;
        }

        var connection = new TcpConnection(client, owner);
        if (Descriptors.IsOfReserve(client) || !owner.TryAdd(connection))
        {
            owner.Refuse(L4Refusal.Full);
            connection.Cut();
            return;
        }

        _ = connection.RunAsync();
    }

    private static Socket Listen(IPEndPoint endPoint)
    {
        bool isAny = endPoint.Address.Equals(IPAddress.IPv6Any);
        if (isAny && !Socket.OSSupportsIPv6) endPoint = new IPEndPoint(IPAddress.Any, endPoint.Port);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = isAny;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}

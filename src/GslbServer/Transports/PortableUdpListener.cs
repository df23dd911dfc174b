using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The same thread with what every platform has: one datagram per call. One per endpoint, since only Linux spreads a port over sockets.</summary>
/// <remarks>On a wildcard address the system chooses the source address of an answer by its route; a machine with several addresses lists them with <c>--listen</c>.</remarks>
internal sealed class PortableUdpListener : IUdpListener
{
    private readonly Socket _socket;
    private readonly QueryHandler _handler;
    private readonly Counters _counters;
    private readonly ClientNetworks? _proxies;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _turns;

    public PortableUdpListener(IPEndPoint endpoint, QueryHandler handler, Counters counters, ClientNetworks? proxies = null)
    {
        _handler = handler;
        _counters = counters;
        _proxies = proxies;
        _socket = BoundSocket.Open(endpoint, ProtocolType.Udp, socket =>
        {
            if (OperatingSystem.IsLinux())
            {
                LinuxSockets.IgnorePathMtu(socket);
            }

            socket.Blocking = false; // a full send buffer drops an answer and does not stop the thread
            socket.ReceiveBufferSize = UdpListeners.SocketBuffer;
            socket.SendBufferSize = UdpListeners.SocketBuffer;
        });
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Serve) { IsBackground = true, Name = $"udp {LocalEndPoint}" };
    }

    public IPEndPoint LocalEndPoint { get; }

    public long KernelDrops => OperatingSystem.IsLinux() ? LinuxSockets.ReadDrops(_socket) : 0;

    public long Turns => Volatile.Read(ref _turns);

    public string Name => _thread.Name!;

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    private void Serve()
    {
        CounterBlock counters = _counters.ForThisThread;
        var random = new Draw((uint)Environment.CurrentManagedThreadId * 2_654_435_761);
        var errors = new ReceiveErrors(counters, _stop);
        var request = new byte[UdpListeners.RequestSize + 1]; // one more, since not every system says that it cut a datagram
        var response = new byte[UdpListeners.ResponseSize];
        var from = new SocketAddress(_socket.AddressFamily);
        int left = int.MaxValue;
        while (left > 0)
        {
            Volatile.Write(ref _turns, _turns + 1);
            // Stopping answers what had arrived, under whatever load: as many datagrams as the kernel's buffer may hold, without waiting.
            if (_stop.IsSet)
            {
                left = Math.Min(left, UdpListeners.BacklogDatagrams) - 1;
            }

            bool isReadable = _socket.Poll(left < int.MaxValue ? TimeSpan.Zero : UdpListeners.StopLatency, SelectMode.SelectRead);
            if (!isReadable)
            {
                if (left < int.MaxValue)
                {
                    return;
                }

                continue;
            }

            int length;
            try
            {
                length = _socket.ReceiveFrom(request, SocketFlags.None, from);
                errors.None();
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.Interrupted)
            {
                continue;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
            {
                counters.Add(Counter.DroppedOversized);
                continue;
            }
            catch (SocketException)
            {
                // A port-unreachable of an earlier answer (Windows), an interface that went away: the next one may be good.
                errors.One();
                continue;
            }

            if (length > UdpListeners.RequestSize)
            {
                counters.Add(Counter.DroppedOversized);
                continue;
            }

            if (MemoryMarshal.Read<ushort>(from.Buffer.Span[2..]) == 0)
            {
                counters.Add(Counter.DroppedPortZero);
                continue;
            }

            Client sender = ReadAddress(from);
            int header = 0;
            if (_proxies is not null && _proxies.Allows(sender))
            {
                header = DatagramProxy.Unwrap(request.AsSpan(0, length), ref sender);
                if (header == 0)
                {
                    counters.Add(Counter.BadProxyHeaders);
                    continue;
                }
            }

            int answer = _handler.Handle(request.AsSpan(header, length - header), sender, response, Arrival.Datagram, counters, ref random);
            if (answer <= 0)
            {
                if (answer == QueryHandler.Streamed)
                {
                    var to = new SocketAddress(from.Family, from.Size);
                    from.Buffer.CopyTo(to.Buffer);
                    _ = AnswerLaterAsync(request.AsSpan(header, length - header).ToArray(), sender, to);
                }

                continue;
            }

            try
            {
                _socket.SendTo(response.AsSpan(0, answer), SocketFlags.None, from);
            }
            catch (SocketException e)
            {
                bool isFull = e.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable;
                counters.Add(isFull ? Counter.DroppedSendBufferFull : Counter.DroppedUnsendable);
            }
        }
    }

    private async Task AnswerLaterAsync(byte[] packet, Client sender, SocketAddress to)
    {
        try
        {
            byte[] response = new byte[UdpListeners.ResponseSize];
            int answer = await _handler.AnswerLaterAsync(packet, sender, response);
            _socket.SendTo(response.AsSpan(0, answer), SocketFlags.None, to);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Who asked asks again.
        }
    }

    /// <summary>Family and port take 4 octets; an IPv6 address follows its 4-octet flow label.</summary>
    private static Client ReadAddress(SocketAddress from)
    {
        bool isIPv6 = from.Family == AddressFamily.InterNetworkV6;
        ReadOnlySpan<byte> octets = from.Buffer.Span.Slice(isIPv6 ? 8 : 4, isIPv6 ? 16 : 4);
        UInt128 address = 0;
        foreach (byte octet in octets)
        {
            address = address << 8 | octet;
        }

        return new Client(isIPv6, isIPv6 ? address : address << 96, (byte)(octets.Length * 8), ClientSource.Resolver);
    }
}

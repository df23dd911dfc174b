using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>What one client of UDP and one destination say to each other: a connected socket of its own, so that the kernel tells answers and refusals apart.</summary>
internal sealed class UdpSession : IL4Session
{
    private const int LargestDatagram = 65_535;

    /// <summary>Answers are read and sent on without a pause, so one buffer per thread is enough.</summary>
    [ThreadStatic]
    private static byte[]? _buffer;

    private readonly UdpFront _front;
    private readonly L4Listener _listener;
    private readonly L4Plan _plan;
    private readonly SocketAddress _client;
    private readonly Socket _socket;
    private readonly byte[] _header;
    private long _lastTicks;
    private int _ended;

    private UdpSession(UdpFront front, L4Listener listener, L4Plan plan, L4Target target, SocketAddress client, Socket socket, byte[] header)
    {
        (_front, _listener, _plan, Target, _client, _socket, _header) = (front, listener, plan, target, client, socket, header);
        _lastTicks = listener.Now.Ticks;
    }

    public L4Target Target { get; }

    public bool IsOf(IL4Front front) => front == _front;

    /// <param name="target">Entered; left again when the session ends.</param>
    /// <param name="from">Kept as the key.</param>
    /// <returns>Null if no socket may be opened.</returns>
    public static UdpSession? TryBegin(UdpFront front, L4Listener listener, L4Plan plan, L4Target target, SocketAddress from, IPEndPoint client, IPEndPoint local)
    {
        if (target.NextEndPoint() is not { } endPoint) return null;
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (!Descriptors.IsOfReserve(socket))
            {
                socket.Connect(endPoint);
                socket.Blocking = false;
                return new UdpSession(front, listener, plan, target, from, socket, Header(plan, client, local));
            }
        }
        catch (SocketException)
        {
        }

        socket?.Dispose();
        return null;
    }

    /// <summary>Sends a datagram to the destination.</summary>
    /// <param name="buffer">Has room before <paramref name="start"/> for a PROXY header.</param>
    public void Send(byte[] buffer, int start, int length)
    {
        Touch();
        _header.CopyTo(buffer, start - _header.Length);
        try
        {
            _socket.Send(buffer.AsSpan(start - _header.Length, _header.Length + length), SocketFlags.None, out SocketError error);
            if (error == SocketError.ConnectionRefused) Refused();
            else Target.Sent.Add(length);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended; the client's next datagram begins another.
        }
    }

    /// <summary>Sends answers to the client until the session ends. Never throws.</summary>
    public async Task RunAsync()
    {
        bool hasAnswered = false;
        try
        {
            while (true)
            {
                // Waits for a datagram and takes none.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek);
                if (!hasAnswered)
                {
                    hasAnswered = true;
                    Target.Served();
                }

                AnswerAll();
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            Refused();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Cut();
        }
    }

    public void Cut()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        _front.Remove(_client, this);
        _listener.Remove(this);
        Target.Leave();
        _socket.Dispose();
    }

    public void CutIfIdle(TimeSpan now, TimeSpan idle)
    {
        if (now.Ticks - Volatile.Read(ref _lastTicks) > idle.Ticks) Cut();
    }

    private void AnswerAll()
    {
        byte[] buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
        while (true)
        {
            int length = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success) throw new SocketException((int)error);
            Touch();
            Target.Received.Add(length);
            _front.Answer(buffer.AsSpan(0, length), _client);
        }
    }

    /// <summary>Nothing listens there: the client's next datagram is for another, if that goes on.</summary>
    private void Refused()
    {
        if (Volatile.Read(ref _ended) != 0) return;
        Cut();
        if (_plan.Default is { } pool) _listener.Failed(pool, Target);
    }

    private void Touch() => Volatile.Write(ref _lastTicks, _listener.Now.Ticks);

    private static byte[] Header(L4Plan plan, IPEndPoint client, IPEndPoint local)
    {
        if (plan.Settings.ProxyProtocol.Send == ProxyVersion.None) return [];
        byte[] header = new byte[ProxyHeader.LongestWritten];
        return header[..ProxyHeader.Write(header, plan.Settings.ProxyProtocol.Send, client, local, ProtocolType.Udp)];
    }
}

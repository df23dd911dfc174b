using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>A UDP address that is listened on, and the sessions of its clients: what a client sends goes to one destination, and what that sends comes back from this address.</summary>
internal sealed class UdpFront : IL4Front
{
    private const int LargestDatagram = 65_535, ReceiveBuffer = 4 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly Lock _lock = new();
    private readonly Dictionary<SocketAddress, UdpSession> _sessions = [];
    private volatile L4Listener? _owner;
    private volatile bool _closed, _takesNobodyNew;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public UdpFront(IPEndPoint endPoint)
    {
        EndPoint = endPoint;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.ReceiveBufferSize = ReceiveBuffer; // net.core.rmem_max cuts it
            _socket.Bind(endPoint);
            _socket.Blocking = false;
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint { get; }

    public L4Listener? Owner
    {
        get => _owner;
        set => _owner = value;
    }

    public async Task RunAsync()
    {
        // A PROXY header is written before the datagram, in place.
        byte[] buffer = GC.AllocateUninitializedArray<byte>(ProxyHeader.LongestWritten + LargestDatagram, pinned: true);
        Memory<byte> datagram = buffer.AsMemory(ProxyHeader.LongestWritten);
        var from = new SocketAddress(EndPoint.AddressFamily);
        while (!_closed)
        {
            try
            {
                int length = await _socket.ReceiveFromAsync(datagram, SocketFlags.None, from);
                if (_owner is { } owner) Take(owner, buffer, length, from);
            }
            catch (SocketException) when (!_closed)
            {
                // Of one datagram, or one client: the others go on.
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Sessions that there are go on.</summary>
    public void Close() => _takesNobodyNew = true;

    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    /// <summary>Sends to a client; what the kernel has no room for is lost, as datagrams may be.</summary>
    internal void Answer(ReadOnlySpan<byte> datagram, SocketAddress client)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, client);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    internal void Remove(SocketAddress client, UdpSession session)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(client, out UdpSession? present) && present == session) _sessions.Remove(client);
        }
    }

    private void Take(L4Listener owner, byte[] buffer, int length, SocketAddress from)
    {
        int start = ProxyHeader.LongestWritten;
        ProxyHeader told = default;
        L4Plan plan = owner.InForce;
        if (plan.Settings.ProxyProtocol.AcceptFrom is { Count: > 0 } trusted)
        {
            var sender = (IPEndPoint)EndPoint.Create(from);
            if (!trusted.Any(network => network.Contains(sender.Address)))
            {
                owner.Refuse(L4Refusal.Untrusted);
                return;
            }

            if (ProxyHeader.TryRead(buffer.AsSpan(start, length), out told, out int header) != Parsed.Whole)
            {
                owner.Refuse(L4Refusal.ProxyHeader);
                return;
            }

            start += header;
            length -= header;
        }

        SessionOf(owner, plan, from, told)?.Send(buffer, start, length);
    }

    /// <summary>The client's session, a new one if it has none or its destination went down.</summary>
    private UdpSession? SessionOf(L4Listener owner, L4Plan plan, SocketAddress from, ProxyHeader told)
    {
        UdpSession? present;
        lock (_lock) present = _sessions.GetValueOrDefault(from);
        if (present is not null && present.Target.IsThere && !present.Target.IsEjected(owner.Now)) return present;
        if (_takesNobodyNew)
        {
            if (present is null) owner.Refuse(L4Refusal.Draining);
            return present;
        }

        var client = told.Source ?? (IPEndPoint)EndPoint.Create(from);
        ulong key = L4Choice.HashOf(client, withPort: plan.Settings.PolicyInForce == L4Policy.TupleHash);
        if (plan.Default?.Enter(key, owner.Now, []) is not { } target)
        {
            if (present is null) owner.Refuse(L4Refusal.NoDestination);
            return present;
        }

        if (present is not null)
        {
            if (present.Target == target)
            {
                target.Leave();
                return present;
            }

            present.Cut();
        }

        return Begin(owner, plan, target, from, client, told.Destination ?? EndPoint);
    }

    private UdpSession? Begin(L4Listener owner, L4Plan plan, L4Target target, SocketAddress from, IPEndPoint client, IPEndPoint local)
    {
        var key = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(key.Buffer.Span);
        var session = UdpSession.TryBegin(this, owner, plan, target, key, client, local);
        if (session is null || !owner.TryAdd(session))
        {
            owner.Refuse(L4Refusal.Full);
            if (session is null) target.Leave();
            else session.Cut();
            return null;
        }

        lock (_lock) _sessions[key] = session;
        _ = session.RunAsync();
        return session;
    }
}

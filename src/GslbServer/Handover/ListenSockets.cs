using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace GslbServer;

/// <summary>The sockets of a node: those that it was given, by its predecessor, by systemd or by root that it is no more, and those that it opened; all of them can be given on. Those who listen own them and close them.</summary>
internal sealed class ListenSockets(IReadOnlyList<ListenSocket> inherited)
{
    private readonly List<ListenSocket> _inherited = [.. inherited];
    private readonly List<ListenSocket> _open = [];
    private readonly Lock _gate = new();

    /// <summary>Of those in use now.</summary>
    public IReadOnlyList<ListenSocket> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open];
            }
        }
    }

    public bool IsInherited(ProtocolType protocol, IPEndPoint endpoint)
    {
        lock (_gate)
        {
            return _inherited.Exists(one => one.Protocol == protocol && one.EndPoint.Equals(endpoint));
        }
    }

    /// <summary>More of them.</summary>
    public void Give(IEnumerable<ListenSocket> sockets)
    {
        lock (_gate)
        {
            _inherited.AddRange(sockets);
        }
    }

    /// <summary>Those that were given for this endpoint, each once; none where it has to be bound.</summary>
    public IReadOnlyList<Socket> Take(ProtocolType protocol, IPEndPoint endpoint)
    {
        lock (_gate)
        {
            List<Socket> found = [.. _inherited.Where(one => one.Protocol == protocol && one.EndPoint.Equals(endpoint)).Select(one => one.Socket)];
            _inherited.RemoveAll(one => found.Contains(one.Socket));
            return found;
        }
    }

    /// <summary>The endpoint is listened on with these.</summary>
    public void Use(ProtocolType protocol, IPEndPoint endpoint, IEnumerable<Socket> sockets)
    {
        lock (_gate)
        {
            _open.AddRange(sockets.Select(socket => new ListenSocket(protocol, endpoint, socket)));
        }
    }

    /// <summary>For Kestrel: given or new.</summary>
    public void UseFor(WebApplicationBuilder builder) => builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endpoint =>
    {
        if (endpoint is not IPEndPoint ip)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        Socket socket = Take(ProtocolType.Tcp, ip) is [var given, ..] ? given : SocketTransportOptions.CreateDefaultBoundListenSocket(ip);
        Use(ProtocolType.Tcp, ip, [socket]);
        return socket;
    });

    /// <summary>Accepts no more on these; whoever else has the socket does.</summary>
    public void Close(IEnumerable<IPEndPoint> streams)
    {
        IPEndPoint[] closed = [.. streams];
        foreach (ListenSocket one in Open.Where(one => one.Protocol == ProtocolType.Tcp && closed.Contains(one.EndPoint)))
        {
            one.Socket.Dispose();
        }
    }

    /// <summary>Closes what was given and is listened on no more: what a configuration before this one had.</summary>
    public void CloseUnused()
    {
        lock (_gate)
        {
            _inherited.ForEach(one => one.Socket.Dispose());
            _inherited.Clear();
        }
    }

    /// <summary>The same sockets once more, which stay open when these are closed.</summary>
    public ListenSockets Duplicate()
    {
        lock (_gate)
        {
            return new ListenSockets([.. _open.Concat(_inherited).Select(one => one with { Socket = Descriptor.Duplicate(one.Socket) })]);
        }
    }
}

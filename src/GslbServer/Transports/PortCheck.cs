using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>Looks at every address of the options before anything starts, so that a start says at once all that it cannot have.</summary>
internal static class PortCheck
{
    /// <returns>One line for each address that cannot be bound now.</returns>
    /// <param name="sockets">Those that need not be bound any more.</param>
    public static IEnumerable<string> Problems(NodeOptions options, ListenSockets sockets)
    {
        foreach (IPEndPoint endpoint in options.ProbeOnly ? [] : options.Listen)
        {
            if ((Try(endpoint, ProtocolType.Udp, sockets) ?? Try(endpoint, ProtocolType.Tcp, sockets)) is { } problem)
            {
                yield return Explain("--listen", endpoint, problem);
            }
        }

        foreach ((string flag, IPEndPoint endpoint) in options.ProbeOnly ? [] : options.Transports.Tls.Select(e => ("--listen-tls", e)).Concat(options.Transports.Https.Select(e => ("--listen-https", e))))
        {
            if (Try(endpoint, ProtocolType.Tcp, sockets) is { } problem)
            {
                yield return Explain(flag, endpoint, problem);
            }
        }

        if (Try(options.Admin, ProtocolType.Tcp, sockets) is { } ofAdmin)
        {
            yield return Explain("--admin", options.Admin, ofAdmin);
        }
    }

    public static string Explain(string option, IPEndPoint endpoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{option} {endpoint}: the port is in use by another program",
        SocketError.AddressNotAvailable => $"{option} {endpoint}: no interface of this machine has that address",
        SocketError.AccessDenied => $"{option} {endpoint}: not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE",
        _ => $"{option} {endpoint}: {e.Message}",
    };

    private static SocketException? Try(IPEndPoint endpoint, ProtocolType protocol, ListenSockets sockets)
    {
        if (sockets.IsInherited(protocol, endpoint))
        {
            return null;
        }

        try
        {
            BoundSocket.Open(endpoint, protocol).Dispose();
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }
}

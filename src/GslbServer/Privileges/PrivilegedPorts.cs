using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>Opens what only root may, before root is given up: the ports below 1024, or whatever the kernel says.</summary>
internal static class PrivilegedPorts
{
    private const string Setting = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    /// <param name="sockets">Get the new ones; what they have already is left alone.</param>
    /// <exception cref="StartupException">One line for each port that cannot be had.</exception>
    public static void Open(NodeOptions options, ListenSockets sockets)
    {
        int first = File.Exists(Setting) ? int.Parse(File.ReadAllText(Setting), CultureInfo.InvariantCulture) : 1024;
        var problems = new List<string>();
        foreach ((string flag, ProtocolType protocol, IPEndPoint endpoint) in Wanted(options).Where(one => one.EndPoint.Port > 0 && one.EndPoint.Port < first && !sockets.IsInherited(one.Protocol, one.EndPoint)))
        {
            try
            {
                sockets.Give(Bind(protocol, endpoint, options.Threads).Select(socket => new ListenSocket(protocol, endpoint, socket)));
            }
            catch (SocketException e)
            {
                problems.Add(PortCheck.Explain(flag, endpoint, e));
            }
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }
    }

    private static IEnumerable<(string Flag, ProtocolType Protocol, IPEndPoint EndPoint)> Wanted(NodeOptions options)
    {
        IEnumerable<(string, ProtocolType, IPEndPoint)> dns = options.ProbeOnly ? [] :
        [
            .. options.Listen.SelectMany(endpoint => (IEnumerable<(string, ProtocolType, IPEndPoint)>)[("--listen", ProtocolType.Udp, endpoint), ("--listen", ProtocolType.Tcp, endpoint)]),
            .. options.Transports.Tls.Select(endpoint => ("--listen-tls", ProtocolType.Tcp, endpoint)),
            .. options.Transports.Https.Select(endpoint => ("--listen-https", ProtocolType.Tcp, endpoint)),
        ];
        return [.. dns, ("--admin", ProtocolType.Tcp, options.Admin)];
    }

    /// <summary>Of UDP one for each thread: the user that comes could not add any.</summary>
    private static IEnumerable<Socket> Bind(ProtocolType protocol, IPEndPoint endpoint, int threads)
    {
        // One that shares its port would quietly share it with another server's.
        Socket exclusive = BoundSocket.Open(endpoint, protocol);
        if (protocol == ProtocolType.Tcp)
        {
            return [exclusive];
        }

        exclusive.Dispose();
        return [.. Enumerable.Range(0, threads).Select(_ => LinuxUdpListener.Bind(endpoint))];
    }
}

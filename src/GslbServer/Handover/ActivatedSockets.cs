using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>Sockets that systemd opened for this process (socket activation): it needs no right to bind them, and what comes while it is started anew waits in them.</summary>
/// <remarks>sd_listen_fds(3): descriptors from 3 on, <c>LISTEN_FDS</c> of them, for the process of <c>LISTEN_PID</c>.</remarks>
internal static class ActivatedSockets
{
    private const int FirstDescriptor = 3;

    private static readonly string[] Variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];

    /// <summary>Takes them, once; processes that this one starts see nothing of them.</summary>
    /// <exception cref="StartupException">Some that no option names, or that would take more than it says.</exception>
    public static IReadOnlyList<ListenSocket> Take(NodeOptions options)
    {
        bool isForUs = Number("LISTEN_PID") == Environment.ProcessId;
        int count = isForUs ? Number("LISTEN_FDS") : 0;
        Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));
        if (count == 0 || !LinuxUdpListener.IsSupported)
        {
            return [];
        }

        var sockets = new List<ListenSocket>();
        var problems = new List<string>();
        for (int descriptor = FirstDescriptor; descriptor < FirstDescriptor + count; descriptor++)
        {
            if (Descriptor.Inherited(descriptor) is not { } socket)
            {
                problems.Add($"socket activation: there is no descriptor {descriptor}, though LISTEN_FDS says {count}");
            }
            else if (socket is not { LocalEndPoint: IPEndPoint endpoint, ProtocolType: ProtocolType.Udp or ProtocolType.Tcp })
            {
                problems.Add($"socket activation: descriptor {descriptor} is neither UDP nor TCP");
            }
            else
            {
                problems.AddRange(Problems(options, endpoint, socket));
                sockets.Add(new ListenSocket(socket.ProtocolType, endpoint, socket));
            }
        }

        return problems.Count == 0 ? sockets : throw new StartupException(problems);
    }

    private static IEnumerable<string> Problems(NodeOptions options, IPEndPoint endpoint, Socket socket)
    {
        IEnumerable<IPEndPoint> dns = options.ProbeOnly ? [] : options.Listen;
        IEnumerable<IPEndPoint> named = socket.ProtocolType == ProtocolType.Udp ? dns : [.. dns, .. options.Transports.Tls, .. options.Transports.Https, options.Admin];
        string what = $"socket activation: {(socket.ProtocolType == ProtocolType.Udp ? "ListenDatagram" : "ListenStream")}={endpoint}";
        if (!named.Contains(endpoint))
        {
            yield return $"{what}: no option listens there; expected one of {string.Join(", ", named.Distinct())}";
        }
        else if (endpoint.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode)
        {
            yield return $"{what}: takes IPv4 too, whose clients would be steered as if they were IPv6; the socket unit needs BindIPv6Only=ipv6-only";
        }
    }

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}

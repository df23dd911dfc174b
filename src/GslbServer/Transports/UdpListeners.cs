using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>All serving threads of one UDP endpoint.</summary>
internal sealed class UdpListeners
{
    /// <summary>Octets of each socket's kernel buffers. Linux doubles it and charges at least 768 octets for a datagram: some ten thousand queries, a burst of tens of
    /// milliseconds. In an overload a query waits no longer than that.</summary>
    public const int SocketBuffer = 4 << 20;

    /// <summary>Datagrams that may wait in those buffers: what a stopping listener still answers at most.</summary>
    public const int BacklogDatagrams = 2 * SocketBuffer / 512;

    /// <summary>Longest query taken, in octets: what an Ethernet frame carries over IPv4. What is longer came in fragments, and is dropped.</summary>
    public const int RequestSize = 1472;

    /// <summary>Room for a response in octets: <see cref="Dns.MessageLimits.Udp"/>, rounded up to cache lines.</summary>
    public const int ResponseSize = 1280;

    /// <summary>How long a receive waits before it looks whether to stop.</summary>
    public static readonly TimeSpan StopLatency = TimeSpan.FromMilliseconds(200);

    private readonly IUdpListener[] _threads;

    /// <param name="proxies">Whose datagrams begin with a PROXY header; null for nobody's.</param>
    /// <param name="given">Sockets of this endpoint that another process bound; each is served, whatever <paramref name="threads"/> says.</param>
    /// <exception cref="SocketException">The endpoint is in use, or not ours.</exception>
    public UdpListeners(IPEndPoint endpoint, int threads, QueryHandler handler, Counters counters, bool portable = false, ClientNetworks? proxies = null,
        IReadOnlyList<Socket>? given = null)
    {
        if (given is { Count: > 0 })
        {
            _threads = [.. Enough(given, threads).Select((socket, i) => new LinuxUdpListener(socket, handler, counters, i, proxies))];
            return;
        }

        if (portable || !LinuxUdpListener.IsSupported)
        {
            _threads = [new PortableUdpListener(endpoint, handler, counters, proxies)];
            return;
        }

        // Sockets with SO_REUSEPORT would quietly share the port with another server's: an exclusive one must be possible first.
        BoundSocket.Open(endpoint, ProtocolType.Udp).Dispose();

        var first = new LinuxUdpListener(LinuxUdpListener.Bind(endpoint), handler, counters, 0, proxies);
        _threads = [first, .. Enumerable.Range(1, threads - 1).Select(i => new LinuxUdpListener(LinuxUdpListener.Bind(first.LocalEndPoint), handler, counters, i, proxies))];
    }

    /// <summary>To be given on; empty where that is not possible.</summary>
    public IEnumerable<Socket> Sockets => _threads.OfType<LinuxUdpListener>().Select(thread => thread.Socket);

    public IPEndPoint LocalEndPoint => _threads[0].LocalEndPoint;

    public long KernelDrops => _threads.Sum(t => t.KernelDrops);

    /// <summary>Each thread, and how often it has looked for datagrams.</summary>
    public IEnumerable<(string Thread, long Turns)> Turns => _threads.Select(thread => (thread.Name, thread.Turns));

    public void Start() => Array.ForEach(_threads, t => t.Start());

    /// <summary>More threads than sockets get sockets of their own, and where those may not share the port (they belong to another user) a descriptor more of the same ones.</summary>
    private static IEnumerable<Socket> Enough(IReadOnlyList<Socket> given, int threads)
    {
        foreach (Socket socket in given)
        {
            yield return socket;
        }

        for (int i = given.Count; i < threads; i++)
        {
            Socket? own = null;
            try
            {
                own = LinuxUdpListener.Bind((IPEndPoint)given[0].LocalEndPoint!);
            }
            catch (SocketException)
            {
            }

            yield return own ?? Descriptor.Duplicate(given[i % given.Count]);
        }
    }

    public void Stop() => Parallel.ForEach(_threads, t => t.Dispose());
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer;

/// <summary>UDP and TCP on every endpoint of <c>--listen</c>, and AF_XDP beside UDP where that is asked for.</summary>
internal sealed class DnsListeners : IDisposable
{
    private const int PortAttempts = 20;

    private readonly ListenSockets _sockets;
    private readonly List<UdpListeners> _udp = [];
    private readonly List<DnsTcpListener> _tcp = [];
    private readonly CancellationTokenSource _stopXdp = new();
    private Task _xdpRunning = Task.CompletedTask;

    private DnsListeners(ListenSockets sockets) => _sockets = sockets;

    /// <summary>Where it listens, with the port that the system chose where 0 was asked for.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _udp.Select(u => u.LocalEndPoint)];

    /// <summary>Datagrams that the kernel dropped because a socket's receive buffer was full.</summary>
    public long KernelDrops => _udp.Sum(u => u.KernelDrops);

    /// <summary>Of every UDP thread.</summary>
    public IEnumerable<(string Thread, long Turns)> Turns => [.. _udp.SelectMany(u => u.Turns), .. Xdp?.Turns ?? []];

    /// <summary>Null where none is asked for.</summary>
    public XdpTransport? Xdp { get; private set; }

    /// <summary>Binds everything and starts nothing.</summary>
    /// <exception cref="StartupException">One line for each endpoint that cannot be bound.</exception>
    public static DnsListeners Bind(NodeOptions options, QueryHandler handler, Counters counters, ConnectionLimits limits, TimeProvider time,
        ResolverWatch? watch = null, ListenSockets? sockets = null,
        ILogger<XdpTransport>? xdpLogger = null)
    {
        ClientNetworks? proxies = ClientNetworks.OrNull(options.Transports.ProxyFrom);
        var listeners = new DnsListeners(sockets ?? new ListenSockets([]));
        var problems = new List<string>();
        foreach (IPEndPoint endpoint in options.Listen)
        {
            try
            {
                listeners.Add(endpoint, options.Threads, handler, counters, limits, proxies, time, watch);
            }
            catch (SocketException e)
            {
                problems.Add(PortCheck.Explain("--listen", endpoint, e));
            }
        }

        if (problems.Count > 0)
        {
            listeners.Close();
            throw new StartupException(problems);
        }

        if (options.Transports.Xdp.Count > 0)
        {
            listeners.Xdp = new XdpTransport(options.Transports.Xdp, listeners.EndPoints, handler, counters, proxies, time, xdpLogger ?? NullLogger<XdpTransport>.Instance);
        }

        return listeners;
    }

    public void Start()
    {
        _udp.ForEach(u => u.Start());
        _tcp.ForEach(t => t.Start());
        _xdpRunning = Xdp is { } xdp ? Task.Run(() => xdp.RunAsync(_stopXdp.Token)) : Task.CompletedTask;
    }

    /// <summary>Answers what has arrived, then closes.</summary>
    /// <param name="linger">How long connections may go on where a successor has taken over.</param>
    public async Task StopAsync(TimeSpan limit, TimeSpan linger = default)
    {
        // First what goes around the sockets: they answer what it leaves.
        await _stopXdp.CancelAsync();
        await _xdpRunning;
        Task tcp = Task.WhenAll(_tcp.Select(t => t.StopAsync(limit, linger)));
        await Task.Run(() => _udp.ForEach(u => u.Stop()));
        await tcp;
    }

    public void Dispose()
    {
        _tcp.ForEach(t => t.Dispose());
        _stopXdp.Dispose();
    }

    /// <summary>Port 0 takes one that is free for both: what UDP is given may be taken for TCP, then another is tried.</summary>
    private void Add(IPEndPoint endpoint, int threads, QueryHandler handler, Counters counters, ConnectionLimits limits, ClientNetworks? proxies, TimeProvider time, ResolverWatch? watch)
    {
        for (int attempt = 1; ; attempt++)
        {
            var udp = new UdpListeners(endpoint, threads, handler, counters, proxies: proxies, given: _sockets.Take(ProtocolType.Udp, endpoint));
            try
            {
                var tcp = new DnsTcpListener(new IPEndPoint(endpoint.Address, udp.LocalEndPoint.Port), handler, counters, time, watch, limits, proxies,
                    _sockets.Take(ProtocolType.Tcp, endpoint) is [var given, ..] ? given : null);
                _tcp.Add(tcp);
                _udp.Add(udp);
                _sockets.Use(ProtocolType.Udp, endpoint, udp.Sockets);
                _sockets.Use(ProtocolType.Tcp, endpoint, [tcp.Socket]);
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && endpoint.Port == 0 && attempt < PortAttempts)
            {
                udp.Stop();
            }
            catch (SocketException)
            {
                udp.Stop();
                throw;
            }
        }
    }

    private void Close()
    {
        _udp.ForEach(u => u.Stop());
        _tcp.ForEach(t => t.Dispose());
    }
}

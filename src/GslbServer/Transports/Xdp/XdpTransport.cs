using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>DNS over UDP around the kernel's network stack, on the interfaces of <c>--xdp</c>, beside the sockets of the same endpoints. Where it cannot be, sockets serve alone, and the log says
/// why; an interface that goes and comes again is taken again.</summary>
internal sealed partial class XdpTransport(IReadOnlyList<XdpTarget> targets, IReadOnlyList<IPEndPoint> endpoints, QueryHandler handler, Counters counters, ClientNetworks? proxies,
    TimeProvider time, ILogger<XdpTransport> logger)
{
    /// <summary>Between two looks at interfaces and addresses.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly XdpPort?[] _ports = new XdpPort?[targets.Count];
    private readonly string?[] _problems = new string?[targets.Count];
    private readonly Lock _lock = new();
    private volatile bool _isAddressNew = true;

    /// <summary>What is served now, by interface, with what each queue counts.</summary>
    public IReadOnlyList<(string Interface, string Mode, IReadOnlyList<(int Queue, XdpCounters Counts, XdpStatistics Kernel)> Queues)> Read()
    {
        lock (_lock)
        {
            return [.. targets.Zip(_ports).Where(one => one.Second is not null).Select(one => (one.First.Interface, one.Second!.Mode, (IReadOnlyList<(int, XdpCounters, XdpStatistics)>)[.. one.Second.Read()]))];
        }
    }

    /// <inheritdoc cref="UdpListeners.Turns"/>
    public IReadOnlyList<(string Thread, long Turns)> Turns
    {
        get
        {
            lock (_lock)
            {
                return [.. _ports.OfType<XdpPort>().SelectMany(port => port.Turns)];
            }
        }
    }

    /// <summary>Takes the interfaces, and looks after them until it is told to stop; then leaves them to the kernel and answers what has come.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        IReadOnlyList<string> missing = XdpRequirements.Missing();
        if (targets.Count == 0 || missing.Count > 0)
        {
            foreach (string one in targets.Count > 0 ? missing : [])
            {
                Log.Missing(logger, string.Join(' ', targets), one);
            }

            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        NetworkAddressChangedEventHandler changed = (_, _) => _isAddressNew = true;
        NetworkChange.NetworkAddressChanged += changed;
        HashSet<IPAddress> own = [];
        try
        {
            do
            {
                if (_isAddressNew)
                {
                    _isAddressNew = false;
                    own = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => Plain(one.Address))];
                }

                Look(own);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            NetworkChange.NetworkAddressChanged -= changed;
            Close();
        }
    }

    private void Look(HashSet<IPAddress> own)
    {
        lock (_lock)
        {
            for (int i = 0; i < _ports.Length; i++)
            {
                try
                {
                    Look(i, own);
                }
                catch (Exception e) when (e is XdpException or IOException)
                {
                    // Said once; tried again and again, for another program may let go of it.
                    if (_problems[i] != e.Message)
                    {
                        Log.Refused(logger, targets[i], e.Message);
                    }

                    _problems[i] = e.Message;
                }
            }
        }
    }

    private void Look(int i, HashSet<IPAddress> own)
    {
        if (_ports[i] is { IsGone: true } gone)
        {
            gone.Dispose();
            _ports[i] = null;
            Log.Gone(logger, targets[i]);
        }

        bool isNew = _ports[i] is null;
        XdpPort port = _ports[i] ??= new XdpPort(targets[i], handler, counters, proxies);
        port.Serve(EndPointsOn(port, own));
        if (isNew)
        {
            _problems[i] = null;
            Log.Serving(logger, targets[i], port.Mode);
        }
    }

    /// <summary>With a wildcard, every address of this machine: a router's passing queries are not its own. What is loopback's comes on loopback alone.</summary>
    private HashSet<IPEndPoint> EndPointsOn(XdpPort port, HashSet<IPAddress> own) =>
    [
        .. endpoints.SelectMany(endpoint => endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any)
                ? own.Where(address => address.AddressFamily == endpoint.AddressFamily).Select(address => new IPEndPoint(address, endpoint.Port)) : [endpoint])
            .Where(endpoint => port.IsLoopback || !IPAddress.IsLoopback(endpoint.Address)),
    ];

    /// <summary>Without a zone.</summary>
    private static IPAddress Plain(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;

    private void Close()
    {
        lock (_lock)
        {
            for (int i = 0; i < _ports.Length; i++)
            {
                _ports[i]?.Dispose();
                _ports[i] = null;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(241, LogLevel.Information, "AF_XDP on {Target}: {Mode}; sockets serve what it leaves")]
        public static partial void Serving(ILogger logger, XdpTarget target, string mode);

        [LoggerMessage(242, LogLevel.Warning, "No AF_XDP on {Targets}: {What}. Sockets serve alone")]
        public static partial void Missing(ILogger logger, string targets, string what);

        [LoggerMessage(243, LogLevel.Warning, "No AF_XDP on {Target}: {Problem}. Sockets serve alone; it is tried again each second")]
        public static partial void Refused(ILogger logger, XdpTarget target, string problem);

        [LoggerMessage(244, LogLevel.Warning, "The interface of {Target} is gone; AF_XDP waits for it to come again")]
        public static partial void Gone(ILogger logger, XdpTarget target);
    }
}

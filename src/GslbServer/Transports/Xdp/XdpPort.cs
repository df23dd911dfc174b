using System.Net;

namespace GslbServer;

/// <summary>One interface that is served around the kernel, and a thread for each of its queues.</summary>
internal sealed class XdpPort : IDisposable
{
    /// <summary>All opcodes but QUERY (RFC 1035 section 4.1.1): what may take time, such as an update, is for sockets.</summary>
    private static readonly PayloadBits OtherOpcodes = new(2, 0x78);

    private readonly XdpInterface _interface;
    private readonly XdpListener[] _threads;

    /// <exception cref="XdpException">Why it cannot be.</exception>
    public XdpPort(XdpTarget target, QueryHandler handler, Counters counters, ClientNetworks? proxies)
    {
        _interface = XdpInterface.Open(target.Interface, target.Queues, OtherOpcodes);
        _threads = [.. _interface.Sockets.Select(socket => new XdpListener(_interface, socket, handler, counters, proxies))];
        Array.ForEach(_threads, thread => thread.Start());
    }

    public bool IsGone => _interface.IsGone;

    public bool IsLoopback => _interface.IsLoopback;

    /// <summary>For people: <c>native mode, copying, 2 queues</c>.</summary>
    public string Mode => $"{(_interface.IsNative ? "native" : "generic")} mode, {(_interface.IsZeroCopy ? "zero copy" : "copying")}, {_threads.Length} {(_threads.Length == 1 ? "queue" : "queues")}";

    /// <summary>Of each queue.</summary>
    public IEnumerable<(int Queue, XdpCounters Counts, XdpStatistics Kernel)> Read() => _threads.Select(thread => (thread.Queue, thread.Counts, thread.ReadStatistics()));

    /// <inheritdoc cref="UdpListeners.Turns"/>
    public IEnumerable<(string Thread, long Turns)> Turns => _threads.Select(thread => thread.Turns);

    /// <inheritdoc cref="XdpInterface.Serve"/>
    public void Serve(IReadOnlyCollection<IPEndPoint> endpoints) => _interface.Serve(endpoints);

    /// <summary>Leaves what comes to the kernel, answers what has come, and closes.</summary>
    public void Dispose()
    {
        _interface.Detach();
        Parallel.ForEach(_threads, thread => thread.Dispose());
        _interface.Dispose();
    }
}

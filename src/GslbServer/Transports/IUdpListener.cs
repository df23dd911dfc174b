using System.Net;

namespace GslbServer;

/// <summary>One thread that answers datagrams on one socket. Disposing answers what has arrived, then ends the thread and closes the socket.</summary>
internal interface IUdpListener : IDisposable
{
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Datagrams that the kernel dropped because the socket's receive buffer was full; 0 where it does not say.</summary>
    long KernelDrops { get; }

    /// <summary>Grows whenever the thread looks for datagrams, at least every <see cref="UdpListeners.StopLatency"/>: one that stands still answers nobody.</summary>
    long Turns { get; }

    string Name { get; }

    void Start();
}

using System.Net;

namespace GslbServer;

/// <summary>One thread that answers datagrams on one socket. Disposing answers what has arrived, then ends the thread and closes the socket.</summary>
internal interface IUdpListener : IDisposable
{
    IPEndPoint LocalEndPoint { get; }

    void Start();
}

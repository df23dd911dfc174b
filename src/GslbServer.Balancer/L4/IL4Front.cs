using System.Net;

namespace GslbServer.Balancer;

/// <summary>An address that is listened on. Its owner may change with a reload; the address stays open.</summary>
internal interface IL4Front : IDisposable
{
    IPEndPoint EndPoint { get; }

    L4Listener? Owner { get; set; }

    /// <summary>Ends when it is closed.</summary>
    Task RunAsync();

    /// <summary>Takes nobody new.</summary>
    void Close();
}

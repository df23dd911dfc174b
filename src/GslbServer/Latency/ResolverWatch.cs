using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Learns from resolvers that ask over TCP, once per connection: how far they are, and that they come when they are asked to.</summary>
internal sealed class ResolverWatch(LatencyMeter meter, Solicitor? solicitor)
{
    /// <param name="socket">Still open, at the end of a connection on which something was answered.</param>
    public void Answered(Socket socket, in Client resolver)
    {
        solicitor?.CameBack(resolver);
        if (KernelRoundTrip.Read(socket) is { } milliseconds)
        {
            meter.Offer(resolver, milliseconds, LatencySource.DnsTcp);
        }
    }
}

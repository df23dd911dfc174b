using GslbServer.Steering;

namespace GslbServer;

/// <summary>The PROXY header of a datagram: version 2, one in front of each query, as dnsdist and Knot write it.</summary>
internal static class DatagramProxy
{
    /// <param name="sender">Becomes the client, where the proxy says who that is.</param>
    /// <returns>Octets of the header; 0 where there is none.</returns>
    public static int Unwrap(ReadOnlySpan<byte> datagram, ref Client sender)
    {
        const byte firstOfVersion2 = (byte)'\r';
        if (datagram.IsEmpty || datagram[0] != firstOfVersion2 || ProxyHeader.TryRead(datagram, out ProxyHeader header, out int length) != Parsed.Whole)
        {
            return 0;
        }

        sender = header.Source is { } source ? Client.From(source.Address) : sender;
        return length;
    }

    /// <summary>Takes the header off. The answer goes to the proxy, without one.</summary>
    /// <returns>False where there is none.</returns>
    public static unsafe bool TryTakeOff(ref Datagram datagram)
    {
        int length = Unwrap(new ReadOnlySpan<byte>(datagram.Request, datagram.RequestLength), ref datagram.Resolver);
        datagram.Request += length;
        datagram.RequestLength -= length;
        return length > 0;
    }
}

using System.Globalization;
using System.Net;

namespace GslbServer.Balancer;

/// <summary>HOST:PORT, the host an address or a name.</summary>
internal readonly record struct L4Address(string Host, int Port)
{
    /// <summary>Null for a name.</summary>
    public IPAddress? Literal => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    public static bool TryParse(string text, out L4Address address)
    {
        address = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > IPEndPoint.MaxPort) return false;
        string host = text[..colon];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed) host = host[1..^1];
        bool isHost = isBracketed ? IPAddress.TryParse(host, out _) : Uri.CheckHostName(host) is UriHostNameType.IPv4 or UriHostNameType.Dns;
        address = new L4Address(host, port);
        return isHost;
    }
}

using System.Net;
using Microsoft.Extensions.Primitives;

namespace GslbServer.Balancer;

/// <summary>Who asks: the peer of the connection, or, where that is a proxy that is trusted to tell, who it says. One place for all that go by it: <see
/// cref="Exchange.ClientAddress"/>.</summary>
internal static class ClientAddress
{
    public const string ForwardedFor = "X-Forwarded-For";

    /// <summary>The rightmost address that no trusted proxy has: what stands left of it a client can write itself. Where all are trusted, the leftmost.</summary>
    /// <param name="forwardedFor">Lines of <c>X-Forwarded-For</c>, each a list with commas, nearest last. An entry that is no address ends the walk: what stands before it nobody
    /// vouches for.</param>
    public static IPAddress Of(IPAddress peer, StringValues forwardedFor, AddressSet trusted)
    {
        IPAddress client = Plain(peer);
        for (int line = forwardedFor.Count - 1; line >= 0; line--)
        {
            ReadOnlySpan<char> rest = forwardedFor[line];
            while (!rest.IsEmpty)
            {
                int comma = rest.LastIndexOf(',');
                ReadOnlySpan<char> entry = rest[(comma + 1)..].Trim();
                rest = rest[..Math.Max(comma, 0)];
                // An empty entry is none (RFC 9110 section 5.6.1).
                if (entry.IsEmpty) continue;
                if (!trusted.Contains(client) || !TryParse(entry, out IPAddress? said)) return client;
                client = Plain(said);
            }
        }

        return client;
    }

    /// <summary>An address, also with a port as some proxies write it: <c>192.0.2.1:4711</c>, <c>[2001:db8::1]:4711</c>.</summary>
    private static bool TryParse(ReadOnlySpan<char> entry, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (entry[0] == '[')
        {
            int end = entry.IndexOf(']');
            if (end < 0 || (end + 1 < entry.Length && entry[end + 1] != ':')) return false;
            entry = entry[1..end];
        }
        else if (entry.Count(':') == 1) entry = entry[..entry.IndexOf(':')];

        // IPAddress reads "1" and "0x7f.1" too.
        return (entry.Contains(':') || entry.Count('.') == 3) && !entry.ContainsAny("xX%") && IPAddress.TryParse(entry, out address);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

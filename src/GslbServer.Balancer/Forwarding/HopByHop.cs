using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GslbServer.Balancer;

/// <summary>Fields that are about one connection and end with it (RFC 9110 section 7.6.1): the well-known ones, and those that a Connection field names.</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.TransferEncoding, HeaderNames.Upgrade, HeaderNames.TE, HeaderNames.ProxyConnection, HeaderNames.ProxyAuthenticate,
        HeaderNames.ProxyAuthorization, "Proxy-Authentication-Info", "Proxy-Features", "Proxy-Instruction", "Security-Scheme", "ALPN", "Close", HeaderNames.AltSvc, "HTTP2-Settings",
    ], StringComparer.OrdinalIgnoreCase);

    // One look tells most fields from these.
    private static readonly bool[] Lengths = [.. Enumerable.Range(0, Names.Max(name => name.Length) + 1).Select(length => Names.Any(name => name.Length == length))];

    public static bool Contains(string name) => name.Length < Lengths.Length && Lengths[name.Length] && Names.Contains(name);

    /// <summary>Whether a Connection field has this option, such as <c>close</c> or a field's name.</summary>
    public static bool IsNamed(StringValues connection, string option)
    {
        foreach (string? value in connection)
        {
            foreach (Range range in value.AsSpan().Split(','))
            {
                if (value.AsSpan(range).Trim(" \t").Equals(option, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}

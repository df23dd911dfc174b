using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GslbServer.Balancer;

/// <summary>The part of a request that stands for its client, or for what it asks for: requests that agree in it go to one backend.</summary>
internal sealed class HashKey
{
    public const string Grammar = "header:NAME, cookie:NAME, query:NAME, path or address";

    private enum Part
    {
        Header,
        Cookie,
        Query,
        Path,
        Address,
    }

    private readonly Part _part;
    private readonly string _name;

    private HashKey(Part part, string name) => (_part, _name) = (part, name);

    public static HashKey Address { get; } = new(Part.Address, "");

    /// <returns>Null for what is not written as <see cref="Grammar"/> says.</returns>
    public static HashKey? Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        (string part, string name) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        return (part.ToUpperInvariant(), IsName(name), colon < 0) switch
        {
            ("HEADER", true, _) => new HashKey(Part.Header, name),
            ("COOKIE", true, _) => new HashKey(Part.Cookie, name),
            ("QUERY", true, _) => new HashKey(Part.Query, name),
            ("PATH", _, true) => new HashKey(Part.Path, ""),
            ("ADDRESS", _, true) => Address,
            _ => null,
        };
    }

    /// <summary>XXH64: the same on every balancer and after every restart.</summary>
    /// <returns>False where the request lacks it, or has it empty.</returns>
    public bool TryHash(HttpContext context, out ulong hash)
    {
        hash = 0;
        if (_part == Part.Address) return (context.Features.Get<Exchange>()?.ClientAddress ?? context.Connection.RemoteIpAddress) is { } address && TryHash(address, out hash);
        HttpRequest request = context.Request;
        string? text = _part switch
        {
            Part.Header => request.Headers[_name].ToString(),
            Part.Cookie => request.Cookies[_name],
            Part.Query => request.Query[_name].ToString(),
            _ => request.Path.Value,
        };
        if (string.IsNullOrEmpty(text)) return false;
        hash = Hash(text);
        return true;
    }

    public static ulong Hash(string text) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>An IPv6 client owns its /64 and changes addresses in it. An IPv4 address is the same one in IPv6's clothes.</summary>
    private static bool TryHash(IPAddress address, out ulong hash)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) octets = address.IsIPv4MappedToIPv6 ? octets[12..] : octets[..8];
        else octets = octets[..length];
        hash = XxHash64.HashToUInt64(octets);
        return true;
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(c => c is > ' ' and < (char)127 and not (':' or ';' or ',' or '=' or '"'));
}

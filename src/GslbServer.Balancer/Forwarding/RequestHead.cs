using System.Buffers;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>Writes the head of a request to a backend (RFC 9112 section 3): the client's fields without those of its connection, and where it came from.</summary>
/// <remarks>The same fields as YARP's forwarder with its default transforms and, where wanted, the client's Host.</remarks>
internal ref struct RequestHead(Span<byte> buffer)
{
    // What a path may hold without being changed on its way through Uri.
    private static readonly SearchValues<char> PlainPath = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/!$&'()*+,;=:@");

    private readonly Span<byte> _buffer = buffer;
    private int _length;
    private bool _isFull;

    /// <param name="isUpgrade">The backend is asked to switch protocols as the client asks the balancer (RFC 9110 section 7.8).</param>
    /// <returns>Octets written; 0 if <paramref name="buffer"/> is too small.</returns>
    public static int Write(HttpRequest request, UpstreamAddress address, bool keepHost, bool isUpgrade, Span<byte> buffer)
    {
        var head = new RequestHead(buffer);
        head.Line(request, address);
        head.Fields(request, address, keepHost);
        if (isUpgrade)
        {
            head.Raw("Connection: Upgrade\r\n"u8);
            head.Field(HeaderNames.Upgrade, request.Headers.Upgrade);
        }

        head.Raw("\r\n"u8);
        return head._isFull ? 0 : head._length;
    }

    private void Line(HttpRequest request, UpstreamAddress address)
    {
        Text(request.Method);
        Raw(" "u8);
        string path = request.Path.Value ?? "";
        if (path.Length > 0 && !path.AsSpan().ContainsAnyExcept(PlainPath) && !path.Contains("/.", StringComparison.Ordinal))
        {
            Text(address.PathBase);
            Text(path);
            Text(request.QueryString.Value ?? "");
        }
        else
        {
            Text(RequestUtilities.MakeDestinationAddress(address.Prefix, request.Path, request.QueryString).PathAndQuery);
        }

        Raw(" HTTP/1.1\r\n"u8);
    }

    private void Fields(HttpRequest request, UpstreamAddress address, bool keepHost)
    {
        IHeaderDictionary headers = request.Headers;
        StringValues connection = headers.Connection;
        bool namesFields = connection.Count > 0 && !(connection.Count == 1 && (connection[0] is "keep-alive" or "Keep-Alive" or "close"));
        string? host = keepHost && request.Host.HasValue ? request.Host.Value : address.Authority;
        Field(HeaderNames.Host, host);
        foreach ((string name, StringValues values) in headers)
        {
            if (HopByHop.Contains(name) || IsOurs(name) || name[0] == ':' || (namesFields && HopByHop.IsNamed(connection, name))) continue;
            if (values.Count == 1) Field(name, values[0]);
            // Several Cookie fields, which HTTP/2 may bring, are one in HTTP/1.1 (RFC 9113 section 8.2.3).
            else if (name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase)) Field(name, string.Join("; ", values.ToArray()));
            else foreach (string? value in values) Field(name, value);
        }

        // A method that means content says so when there is none (RFC 9110 section 8.6); some servers insist.
        if (request.ContentLength is null && (request.Method is "POST" or "PUT" or "PATCH")) Field(HeaderNames.ContentLength, "0");
        if (headers.TE is { Count: > 0 } te && HopByHop.IsNamed(te, "trailers") && request.Protocol is "HTTP/2" or "HTTP/3") Field(HeaderNames.TE, "trailers");
        var came = ForwardedHeaders.Of(request);
        if (request.HttpContext.Connection.RemoteIpAddress is { } peer) Address(came.For, peer);
        Field("X-Forwarded-Host", came.Host);
        Field("X-Forwarded-Proto", came.Proto);
        if (came.Prefix is { } prefix) Field("X-Forwarded-Prefix", prefix);
        if (Activity.Current is { } activity) Trace(activity);
    }

    /// <summary>Fields that say where a request came from are set anew, whatever the client wrote; so is Host.</summary>
    private static bool IsOurs(string name) => name.Length switch
    {
        4 => name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase),
        15 => name.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("X-Forwarded-Host", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("X-Forwarded-Proto", StringComparison.OrdinalIgnoreCase),
        18 => name.Equals("X-Forwarded-Prefix", StringComparison.OrdinalIgnoreCase),
        11 => Activity.Current is not null && name.Equals("traceparent", StringComparison.OrdinalIgnoreCase),
        10 => Activity.Current is not null && name.Equals("tracestate", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private void Trace(Activity activity)
    {
        if (activity.IdFormat != ActivityIdFormat.W3C) return;
        Field("traceparent", activity.Id);
        if (!string.IsNullOrEmpty(activity.TraceStateString)) Field("tracestate", activity.TraceStateString);
    }

    private void Address(string? before, System.Net.IPAddress client)
    {
        Raw("X-Forwarded-For: "u8);
        if (before is not null)
        {
            Text(before);
            Raw(", "u8);
        }

        if (client.IsIPv4MappedToIPv6) client = client.MapToIPv4();
        if (_isFull || !client.TryFormat(_buffer[_length..], out int written)) _isFull = true;
        else _length += written;
        Raw("\r\n"u8);
    }

    private void Field(string name, string? value)
    {
        Text(name);
        Raw(": "u8);
        Text(value ?? "");
        Raw("\r\n"u8);
    }

    private void Raw(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > _buffer.Length - _length) _isFull = true;
        if (_isFull) return;
        octets.CopyTo(_buffer[_length..]);
        _length += octets.Length;
    }

    private void Text(string text)
    {
        if (text.Length > _buffer.Length - _length) _isFull = true;
        if (_isFull) return;
        _length += Encoding.Latin1.GetBytes(text, _buffer[_length..]);
    }
}

using System.Net;
using System.Security.Authentication;
using System.Text.Json;

namespace GslbServer.Balancer;

/// <summary>One request, as logged.</summary>
/// <param name="Ms">From the head of the request to the end of the answer.</param>
/// <param name="FirstByteMs">To the head of the answer; of a short one, which leaves as a whole, to its end.</param>
/// <param name="Bytes">Of the answer's body; 0 after an upgrade.</param>
internal sealed record AccessEntry(DateTimeOffset At, IPAddress Client, string Method, string Scheme, string Host, string Path, string Protocol, string Route, string Cluster, string? Backend, int Status, long Bytes,
    double Ms, double FirstByteMs, int Attempts, string? TraceId, SslProtocols? Tls, Refusal Refusal)
{
    /// <summary>One object, without a line break within.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, At.UtcDateTime);
        Span<char> address = stackalloc char[64];
        Client.TryFormat(address, out int length);
        json.WriteString("client"u8, address[..length]);
        json.WriteString("method"u8, Method);
        json.WriteString("scheme"u8, Scheme);
        json.WriteString("host"u8, Host);
        json.WriteString("path"u8, Path);
        json.WriteString("protocol"u8, Protocol);
        json.WriteString("route"u8, Route);
        json.WriteString("cluster"u8, Cluster);
        if (Backend is not null) json.WriteString("backend"u8, Backend);
        json.WriteNumber("status"u8, Status);
        json.WriteNumber("bytes"u8, Bytes);
        json.WriteNumber("ms"u8, Math.Round(Ms, 3));
        json.WriteNumber("ttfbMs"u8, Math.Round(FirstByteMs, 3));
        json.WriteNumber("attempts"u8, Attempts);
        if (TraceId is not null) json.WriteString("traceId"u8, TraceId);
        if (Tls is { } tls) json.WriteString("tls"u8, $"{tls}");
        if (Refusal != Refusal.None) json.WriteString("refused"u8, $"{Refusal}".ToLowerInvariant());
        json.WriteEndObject();
    }
}

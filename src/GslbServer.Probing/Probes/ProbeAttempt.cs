using System.Globalization;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>One probe under way: what to ask, and what is learnt on the way even when it fails.</summary>
internal sealed class ProbeAttempt(Check check, IPAddress address, string? hostName, string region, TimeSpan timeout, TimeProvider time)
{
    public Check Check { get; } = check;

    public IPAddress Address { get; } = address;

    public IPEndPoint EndPoint => new(Address, Check.Port);

    /// <summary>Label of the region probed.</summary>
    public string Region { get; } = region;

    /// <summary>How long the whole attempt may take; the caller cancels it then.</summary>
    public TimeSpan Timeout { get; } = timeout;

    public TimeProvider Time { get; } = time;

    /// <summary>What the Host header says, as written in <c>host=</c>, port and all.</summary>
    public string HostHeader { get; } = check.Host ?? hostName?.TrimEnd('.') ?? Bracketed(address, check);

    /// <summary>The name that the certificate must be for, and SNI asks for: a host name or an address.</summary>
    public string ServerName { get; } = WithoutPort(check.Host ?? hostName?.TrimEnd('.') ?? address.ToString());

    /// <summary>What it was doing last: ends the sentence "timeout after 1000 ms ...".</summary>
    public string Stage { get; set; } = "while connecting";

    /// <summary>One network round trip, from the TCP handshake or a question and its answer; null when there was none.</summary>
    public TimeSpan? RoundTrip { get; set; }

    private static string Bracketed(IPAddress address, Check check)
    {
        int usual = check.Kind == CheckKind.Https ? 443 : 80;
        string host = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return check.Port == usual ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{check.Port}");
    }

    /// <summary><c>www.example.org:8443</c> is <c>www.example.org</c>; a bare IPv6 address stays whole.</summary>
    private static string WithoutPort(string host)
    {
        if (host.StartsWith('['))
            return host[1..(host.IndexOf(']') is var end and > 0 ? end : host.Length)];
        int colon = host.IndexOf(':');
        return colon > 0 && colon == host.LastIndexOf(':') ? host[..colon] : host;
    }
}

using System.Net;

namespace GslbServer.Balancer;

/// <summary><c>Balancer:L4:NAME</c>: one service that is passed on below HTTP. Everything changes with a reload, the addresses it listens on among it.</summary>
public sealed record L4Settings : ICheckedSettings
{
    /// <summary>Addresses and ports; one text or a list. UDP answers from the address it was asked at, so each must be named.</summary>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [];

    public L4Protocol Protocol { get; init; }

    /// <summary>Where everything goes that no entry of <see cref="Sni"/> takes.</summary>
    public IReadOnlyDictionary<string, L4DestinationSettings> Destinations { get; init; } = new Dictionary<string, L4DestinationSettings>();

    /// <summary>TLS connections by the name they ask for, not decrypted. TCP only.</summary>
    public IReadOnlyDictionary<string, SniSettings> Sni { get; init; } = new Dictionary<string, SniSettings>();

    /// <summary>Null: <see cref="L4Policy.LeastConnections"/> for TCP, <see cref="L4Policy.TupleHash"/> for UDP.</summary>
    public L4Policy? Policy { get; init; }

    /// <summary>For all attempts together; one of several takes its share of what is left, so that a silent destination leaves time for another.</summary>
    [Between("10ms", "1m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Destinations that a connection is tried at, each once.</summary>
    [Between("1", "10")]
    public int Attempts { get; init; } = 3;

    /// <summary>Ends what carries nothing in either direction. Null: 1 h for TCP, 60 s for UDP.</summary>
    [Between("100ms", "720h")]
    public TimeSpan? Idle { get; init; }

    /// <summary>The client's PROXY header and ClientHello, where they are read, come within this.</summary>
    [Between("10ms", "1m")]
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections, or sessions of UDP, at once; more are refused. Null: what file descriptors allow, and 10,000 for UDP.</summary>
    [Between("1", "1000000")]
    public int? MaxConnections { get; init; }

    public L4ProxyProtocolSettings ProxyProtocol { get; init; } = new();

    public L4CheckSettings Check { get; init; } = new();

    /// <summary>Connections in a row that a destination did not take (UDP: refused by ICMP) take it out for <see cref="EjectFor"/>, unless no other is left.</summary>
    [Between("1", "1000")]
    public int EjectAfter { get; init; } = 3;

    [Between("100ms", "24h")]
    public TimeSpan EjectFor { get; init; } = TimeSpan.FromSeconds(30);

    internal bool IsUdp => Protocol == L4Protocol.Udp;

    internal L4Policy PolicyInForce => Policy ?? (IsUdp ? L4Policy.TupleHash : L4Policy.LeastConnections);

    internal TimeSpan IdleInForce => Idle ?? (IsUdp ? TimeSpan.FromSeconds(60) : TimeSpan.FromHours(1));

    internal int MaxInForce => MaxConnections ?? (IsUdp ? 10_000 : int.MaxValue);

    /// <summary>A TCP destination can always be asked for a connection; a UDP one only if the settings say how.</summary>
    internal bool IsChecked => Check.Enabled && (!IsUdp || Check.Port is not null || Check.Send is not null);

    public IEnumerable<string> Errors(string path)
    {
        if (Listen.Count == 0) yield return $"{path}:Listen: missing, expected ADDR:PORT such as *:5432";
        foreach (IPEndPoint listen in Listen)
        {
            if (listen.Port == 0) yield return $"{path}:Listen: \"{listen}\", expected a port from 1 to 65535";
            if (IsUdp && (listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)))
                yield return $"{path}:Listen: \"{listen}\", expected the addresses one by one: a UDP answer comes from the address that was asked";
        }

        if (Destinations.Count == 0 && Sni.Count == 0) yield return $"{path}:Destinations: missing, expected at least one such as {{ \"one\": {{ \"Address\": \"10.0.0.1:5432\" }} }}";
        if (IsUdp && Sni.Count > 0) yield return $"{path}:Sni: needs Protocol Tcp";
        if (IsUdp && ProxyProtocol.Send == ProxyVersion.V1) yield return $"{path}:ProxyProtocol:Send: V1 knows no UDP, expected None or V2";
        if (!IsUdp && Policy == L4Policy.TupleHash) yield return $"{path}:Policy: TupleHash is for UDP; a TCP connection stays where it is, expected LeastConnections, RoundRobin or SourceHash";
        if (Check.Expect is not null && Check.Send is null && IsUdp) yield return $"{path}:Check:Expect: needs Send, as nobody answers UDP unasked";
        foreach ((string first, SniSettings one) in Sni)
        {
            foreach ((string second, SniSettings other) in Sni)
            {
                if (string.CompareOrdinal(first, second) >= 0 || !one.Alpn.SequenceEqual(other.Alpn)) continue;
                string? both = one.Names.Count == 0 && other.Names.Count == 0 ? "any name" : one.Names.Intersect(other.Names, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
                if (both is not null) yield return $"{path}:Sni:{second}: takes {both} as {first} does";
            }
        }
    }
}

public enum L4Protocol
{
    Tcp,
    Udp,
}

/// <summary>How a destination is chosen.</summary>
public enum L4Policy
{
    /// <summary>The fewest open connections per weight.</summary>
    LeastConnections,

    /// <summary>By weight, in turns.</summary>
    RoundRobin,

    /// <summary>By the client's address, the same at every balancer; if a destination goes, only its own clients move.</summary>
    SourceHash,

    /// <summary>By the client's address and port.</summary>
    TupleHash,
}

/// <summary>One place where connections go.</summary>
public sealed record L4DestinationSettings : ICheckedSettings
{
    /// <summary>HOST:PORT; a name is looked up with each check.</summary>
    public string Address { get; init; } = "";

    /// <summary>Share; 0: only when nothing else is up.</summary>
    [Between("0", "65535")]
    public int Weight { get; init; } = 1;

    /// <summary>Takes no new connections; those it has may end.</summary>
    public bool Drain { get; init; }

    public IEnumerable<string> Errors(string path)
    {
        if (!L4Address.TryParse(Address, out _)) yield return $"{path}:Address: \"{Address}\", expected HOST:PORT such as 10.0.0.1:5432 or [2001:db8::1]:5432";
    }
}

/// <summary>TLS connections that ask for certain names.</summary>
public sealed record SniSettings : ICheckedSettings
{
    /// <summary>Host names, or <c>*.example.org</c> for everything below one. The exact name wins, then the longest. Empty: any.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Only connections that offer one of these protocols (ALPN), such as <c>h2</c>. Empty: any. Of two that take the same name, the one that names protocols is asked first.</summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];

    public IReadOnlyDictionary<string, L4DestinationSettings> Destinations { get; init; } = new Dictionary<string, L4DestinationSettings>();

    public IEnumerable<string> Errors(string path)
    {
        if (Destinations.Count == 0) yield return $"{path}:Destinations: missing, expected at least one";
        foreach (string name in Names.Where(name => !IsName(name))) yield return $"{path}:Names: \"{name}\", expected a host name or *.NAME";
    }

    private static bool IsName(string name)
    {
        string host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        return host.Length is > 0 and <= 253 && host.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }
}

/// <summary>The PROXY protocol, which tells who the client is where another balancer stands between.</summary>
public sealed record L4ProxyProtocolSettings
{
    /// <summary>Balancers that tell it. If there are any, connections from elsewhere, or without a header, are refused. Versions 1 and 2.</summary>
    public IReadOnlyList<IPNetwork> AcceptFrom { get; init; } = [];

    /// <summary>What the destinations are told.</summary>
    public ProxyVersion Send { get; init; }
}

/// <summary>How destinations are checked: a TCP connection, and what is said on it.</summary>
public sealed record L4CheckSettings : ICheckedSettings
{
    public bool Enabled { get; init; } = true;

    [Between("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    [Between("10ms", "1m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Good checks in a row that bring a destination back.</summary>
    [Between("1", "100")]
    public int Rise { get; init; } = RiseFall.DefaultRise;

    /// <summary>Failed ones that take it out.</summary>
    [Between("1", "100")]
    public int Fall { get; init; } = RiseFall.DefaultFall;

    /// <summary>Another port that is asked in its place, by TCP.</summary>
    [Between("1", "65535")]
    public int? Port { get; init; }

    /// <summary>Sent when connected: text, or octets as <c>hex:0a0b</c>.</summary>
    public string? Send { get; init; }

    /// <summary>The answer begins with this. Null: a UDP destination answers anything, a TCP one need not.</summary>
    public string? Expect { get; init; }

    public IEnumerable<string> Errors(string path)
    {
        if (Send is not null && !Payload.TryParse(Send, out _)) yield return $"{path}:Send: \"{Send}\", expected text, or hex: and an even number of hexadecimal digits";
        if (Expect is not null && !Payload.TryParse(Expect, out _)) yield return $"{path}:Expect: \"{Expect}\", expected text, or hex: and an even number of hexadecimal digits";
    }
}

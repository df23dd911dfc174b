using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer;

/// <summary>The header of the PROXY protocol, versions 1 and 2: who the client is, told by the balancer in front.</summary>
/// <param name="Source">The client; null where the balancer speaks for itself (LOCAL) or does not know.</param>
/// <param name="Destination">What the client connected to.</param>
/// <remarks>haproxy/doc/proxy-protocol.txt, sections 2.1 and 2.2. TLVs are skipped.</remarks>
public readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>Longest header read: room for many TLVs.</summary>
    public const int Longest = 4096;

    /// <summary>Longest header written.</summary>
    public const int LongestWritten = 107;

    private const int LongestV1 = 107, Start = 16, AddressesV4 = 12, AddressesV6 = 36;

    private const byte Local = 0x20, Proxy = 0x21, Inet = 0x1, Inet6 = 0x2, Stream = 0x1, Datagram = 0x2;

    private static ReadOnlySpan<byte> SignatureV2 => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> SignatureV1 => "PROXY "u8;

    /// <param name="length">Octets of the header, when the result is <see cref="Parsed.Whole"/>.</param>
    public static Parsed TryRead(ReadOnlySpan<byte> octets, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        if (octets.IsEmpty) return Parsed.Part;
        ReadOnlySpan<byte> signature = octets[0] == SignatureV1[0] ? SignatureV1 : SignatureV2;
        int common = Math.Min(octets.Length, signature.Length);
        if (!octets[..common].SequenceEqual(signature[..common])) return Parsed.Wrong;
        if (common < signature.Length) return Parsed.Part;
        return octets[0] == SignatureV1[0] ? ReadV1(octets, out header, out length) : ReadV2(octets, out header, out length);
    }

    /// <returns>Octets written to <paramref name="target"/>, which has room for <see cref="LongestWritten"/>.</returns>
    public static int Write(Span<byte> target, ProxyVersion version, IPEndPoint source, IPEndPoint destination, ProtocolType protocol) => version switch
    {
        ProxyVersion.V1 => WriteV1(target, source, destination),
        ProxyVersion.V2 => WriteV2(target, source, destination, protocol),
        _ => 0,
    };

    private static Parsed ReadV1(ReadOnlySpan<byte> octets, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        int end = octets[..Math.Min(octets.Length, LongestV1)].IndexOf("\r\n"u8);
        if (end < 0) return octets.Length >= LongestV1 ? Parsed.Wrong : Parsed.Part;
        length = end + 2;
        if (octets[..end].ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Parsed.Wrong;
        string[] words = Encoding.ASCII.GetString(octets[..end]).Split(' ');
        if (words[1] == "UNKNOWN") return Parsed.Whole;
        AddressFamily? family = words[1] switch { "TCP4" => AddressFamily.InterNetwork, "TCP6" => AddressFamily.InterNetworkV6, _ => null };
        if (family is null || words.Length != 6 || EndPoint(words[2], words[4], family.Value) is not { } source || EndPoint(words[3], words[5], family.Value) is not { } destination) return Parsed.Wrong;
        header = new ProxyHeader(source, destination);
        return Parsed.Whole;
    }

    private static IPEndPoint? EndPoint(string address, string port, AddressFamily family) =>
        // .NET takes "1" for an IPv4 address.
        (family == AddressFamily.InterNetworkV6 || address.Count(c => c == '.') == 3) && IPAddress.TryParse(address, out IPAddress? ip) && ip.AddressFamily == family
        && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? new IPEndPoint(ip, number) : null;

    private static Parsed ReadV2(ReadOnlySpan<byte> octets, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        if (octets.Length < Start) return Parsed.Part;
        (byte command, byte family) = (octets[12], octets[13]);
        length = Start + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (command is not (Local or Proxy) || length > Longest) return Parsed.Wrong;
        if (octets.Length < length) return Parsed.Part;
        // What the balancer says of itself, and families that are no Internet addresses, leave the connection's own addresses in force.
        if (command == Local || (family & 0xf) is not (Stream or Datagram)) return Parsed.Whole;
        ReadOnlySpan<byte> body = octets[Start..length];
        int address = (family >> 4) switch { Inet => 4, Inet6 => 16, _ => 0 };
        if (address == 0) return Parsed.Whole;
        if (body.Length < (2 * address) + 4) return Parsed.Wrong;
        ReadOnlySpan<byte> ports = body[(2 * address)..];
        header = new ProxyHeader(new IPEndPoint(new IPAddress(body[..address]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(body.Slice(address, address)), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
        return Parsed.Whole;
    }

    private static int WriteV1(Span<byte> target, IPEndPoint source, IPEndPoint destination)
    {
        bool isV4 = IsV4(source, destination);
        (IPAddress from, IPAddress to) = (Of(source, isV4), Of(destination, isV4));
        return Encoding.ASCII.GetBytes($"PROXY {(isV4 ? "TCP4" : "TCP6")} {from} {to} {source.Port} {destination.Port}\r\n", target);
    }

    private static int WriteV2(Span<byte> target, IPEndPoint source, IPEndPoint destination, ProtocolType protocol)
    {
        bool isV4 = IsV4(source, destination);
        int address = isV4 ? 4 : 16, body = isV4 ? AddressesV4 : AddressesV6;
        SignatureV2.CopyTo(target);
        target[12] = Proxy;
        target[13] = (byte)(((isV4 ? Inet : Inet6) << 4) | (protocol == ProtocolType.Udp ? Datagram : Stream));
        BinaryPrimitives.WriteUInt16BigEndian(target[14..], (ushort)body);
        Of(source, isV4).TryWriteBytes(target[Start..], out _);
        Of(destination, isV4).TryWriteBytes(target[(Start + address)..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(target[(Start + (2 * address))..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(target[(Start + (2 * address) + 2)..], (ushort)destination.Port);
        return Start + body;
    }

    private static bool IsV4(IPEndPoint source, IPEndPoint destination) => source.Address.AddressFamily == AddressFamily.InterNetwork && destination.Address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>One family for both: IPv4 beside IPv6 is written as mapped.</summary>
    private static IPAddress Of(IPEndPoint end, bool isV4) => isV4 || end.Address.AddressFamily == AddressFamily.InterNetworkV6 ? end.Address : end.Address.MapToIPv6();
}

using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace GslbServer.Scenarios.Xdp;

/// <summary>An Ethernet frame with a UDP datagram, as a test wants it, right or wrong.</summary>
internal sealed record UdpPacket(PhysicalAddress From, PhysicalAddress To, IPAddress Source, IPAddress Destination, int SourcePort, int DestinationPort, byte[] Payload)
{
    public ushort? Vlan { get; init; }

    /// <summary>Of IPv4; a multiple of 4.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>Flags and offset in units of 8 octets, of IPv4.</summary>
    public ushort Fragment { get; init; }

    public ushort Identification { get; init; } = 7;

    /// <summary>Added to the length that UDP says.</summary>
    public int UdpLengthOff { get; init; }

    /// <summary>Added to the length that IP says.</summary>
    public int IpLengthOff { get; init; }

    /// <summary>Null for the right one.</summary>
    public ushort? Checksum { get; init; }

    public bool BreaksHeaderChecksum { get; init; }

    /// <summary>What follows the datagram in the frame.</summary>
    public int Padding { get; init; }

    private bool IsIPv6 => Source.GetAddressBytes().Length == 16;

    /// <summary>The whole datagram of UDP: header and payload.</summary>
    public byte[] Datagram()
    {
        byte[] udp = [.. Big(SourcePort), .. Big(DestinationPort), .. Big(8 + Payload.Length + UdpLengthOff), 0, 0, .. Payload];
        byte[] pseudo = [.. Source.GetAddressBytes(), .. Destination.GetAddressBytes(), 0, 17, .. Big(udp.Length), .. udp];
        ushort sum = Complement(pseudo);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(6), Checksum ?? (sum == 0 ? (ushort)0xFFFF : sum));
        return udp;
    }

    public byte[] Frame() => Frame(Datagram());

    /// <param name="content">Of the IP packet.</param>
    public byte[] Frame(byte[] content)
    {
        byte[] ethernet = [.. To.GetAddressBytes(), .. From.GetAddressBytes(), .. Vlan is { } tag ? [0x81, 0x00, .. Big(tag)] : Array.Empty<byte>(), .. Big(IsIPv6 ? 0x86DD : 0x0800)];
        return [.. ethernet, .. IsIPv6 ? Header6(content) : Header4(content), .. content, .. new byte[Padding]];
    }

    private byte[] Header6(byte[] content) =>
        [0x60, 0, 0, 0, .. Big(content.Length + IpLengthOff), 17, 64, .. Source.GetAddressBytes(), .. Destination.GetAddressBytes()];

    private byte[] Header4(byte[] content)
    {
        int header = 20 + Options.Length;
        byte[] octets = [(byte)(0x40 | header / 4), 0, .. Big(header + content.Length + IpLengthOff), .. Big(Identification), .. Big(Fragment), 64, 17, 0, 0, .. Source.GetAddressBytes(),
            .. Destination.GetAddressBytes(), .. Options];
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(10), (ushort)(Complement(octets) ^ (BreaksHeaderChecksum ? 1 : 0)));
        return octets;
    }

    public static ushort Complement(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++) sum += (uint)octets[i] << (i % 2 == 0 ? 8 : 0);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static byte[] Big(int value) => [(byte)(value >> 8), (byte)value];
}

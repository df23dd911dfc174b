using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer;

/// <summary>Where the parts of an Ethernet frame with a UDP datagram are, over IPv4 without options or IPv6 without extension headers, with one VLAN tag or none.</summary>
internal readonly unsafe struct UdpFrame
{
    public const int Ethernet = 14, VlanTag = 4, IPv4 = 20, IPv6 = 40, Udp = 8;

    /// <summary>The longest headers that <see cref="Answer"/> writes.</summary>
    public const int MaxHeaders = Ethernet + VlanTag + IPv6 + Udp;

    private const byte UdpProtocol = 17, HopLimit = 64;

    private UdpFrame(byte* frame, int network, bool isIPv6, int length)
    {
        Frame = frame;
        (Network, IsIPv6, PayloadLength) = (network, isIPv6, length);
    }

    /// <summary>Octets in front of IP: those of Ethernet and a tag.</summary>
    public int Network { get; }

    public bool IsIPv6 { get; }

    public int PayloadLength { get; }

    /// <summary>Octets of all headers.</summary>
    public int Headers => Network + (IsIPv6 ? IPv6 : IPv4) + Udp;

    public byte* Payload => Frame + Headers;

    /// <summary>Source address, in network order: 4 octets or 16.</summary>
    public byte* Source => Frame + Network + (IsIPv6 ? 8 : 12);

    private byte* Frame { get; }

    /// <summary>Reads a frame that <see cref="RedirectProgram"/> let through, and trusts nothing of it.</summary>
    /// <param name="allowsLoopback">Whether 127.0.0.0/8 and ::1 may ask: on the loopback interface only.</param>
    public static FrameFault Read(byte* frame, int length, bool allowsLoopback, out UdpFrame read)
    {
        read = default;
        if (length < Ethernet + IPv4 + Udp)
        {
            return FrameFault.Length;
        }

        ushort type = Big(frame + 12);
        int network = type is 0x8100 or 0x88A8 ? Ethernet + VlanTag : Ethernet;
        bool isIPv6 = frame[network] >> 4 == 6;
        int header = isIPv6 ? IPv6 : IPv4;
        if (length < network + header + Udp)
        {
            return FrameFault.Length;
        }

        byte* ip = frame + network, udp = ip + header;
        // What follows the datagram pads the frame.
        int available = (isIPv6 ? Big(ip + 4) : Big(ip + 2) - header);
        int datagram = Big(udp + 4);
        if (available > length - network - header || datagram > available || datagram < Udp || (!isIPv6 && ip[0] != 0x45))
        {
            return FrameFault.Length;
        }

        read = new UdpFrame(frame, network, isIPv6, datagram - Udp);
        // An answer to a group of stations would flood them.
        if ((frame[6] & 1) != 0 || !(isIPv6 ? IsSource6(ip, allowsLoopback) : IsSource4(ip, allowsLoopback)))
        {
            return FrameFault.Source;
        }

        if (!isIPv6 && InternetChecksum.Fold(InternetChecksum.Add(0, ip, IPv4)) != 0xFFFF)
        {
            return FrameFault.Checksum;
        }

        return !IsSummed(read, udp, datagram) ? FrameFault.Checksum : Big(udp) == 0 ? FrameFault.PortZero : FrameFault.None;
    }

    /// <summary>Writes the headers of the answer in front of its payload: back to the sender's hardware address, over the same tag, from the address asked.</summary>
    /// <param name="answer">Gets the frame; the payload stands behind <see cref="Headers"/> octets.</param>
    /// <param name="identification">Of the IPv4 packet, which may be fragmented (no DF), as over sockets.</param>
    /// <returns>Octets of the frame.</returns>
    public int Answer(byte* answer, int payloadLength, ushort identification)
    {
        Unsafe.CopyBlockUnaligned(answer, Frame + 6, 6);
        Unsafe.CopyBlockUnaligned(answer + 6, Frame, 6);
        Unsafe.CopyBlockUnaligned(answer + 12, Frame + 12, (uint)(Network - 12));
        byte* ip = answer + Network, asked = Frame + Network;
        int datagram = Udp + payloadLength;
        byte* udp = ip + (IsIPv6 ? IPv6 : IPv4);
        if (IsIPv6)
        {
            Unsafe.WriteUnaligned(ip, 0x60u);
            SetBig(ip + 4, datagram);
            ip[6] = UdpProtocol;
            ip[7] = HopLimit;
            Unsafe.CopyBlockUnaligned(ip + 8, asked + 24, 16);
            Unsafe.CopyBlockUnaligned(ip + 24, asked + 8, 16);
        }
        else
        {
            Unsafe.WriteUnaligned<ushort>(ip, 0x45);
            SetBig(ip + 2, IPv4 + datagram);
            SetBig(ip + 4, identification);
            Unsafe.WriteUnaligned<ushort>(ip + 6, 0);
            ip[8] = HopLimit;
            ip[9] = UdpProtocol;
            Unsafe.WriteUnaligned<ushort>(ip + 10, 0);
            Unsafe.CopyBlockUnaligned(ip + 12, asked + 16, 4);
            Unsafe.CopyBlockUnaligned(ip + 16, asked + 12, 4);
            Unsafe.WriteUnaligned(ip + 10, (ushort)~InternetChecksum.Fold(InternetChecksum.Add(0, ip, IPv4)));
        }

        byte* askedUdp = asked + (udp - ip);
        Unsafe.CopyBlockUnaligned(udp, askedUdp + 2, 2);
        Unsafe.CopyBlockUnaligned(udp + 2, askedUdp, 2);
        SetBig(udp + 4, datagram);
        Unsafe.WriteUnaligned<ushort>(udp + 6, 0);
        ushort sum = (ushort)~InternetChecksum.Fold(InternetChecksum.Add(PseudoHeader(ip, IsIPv6, datagram), udp, datagram));
        // 0 would say that there is none (RFC 768).
        Unsafe.WriteUnaligned(udp + 6, sum == 0 ? (ushort)0xFFFF : sum);
        return Network + (IsIPv6 ? IPv6 : IPv4) + datagram;
    }

    /// <summary>RFC 768; none over IPv4 is allowed, over IPv6 it is not (RFC 8200 section 8.1). A sender on this very machine, behind veth, leaves the sum to hardware that is not there: then
    /// there stands that of the pseudo header.</summary>
    private static bool IsSummed(in UdpFrame frame, byte* udp, int datagram)
    {
        ushort given = Unsafe.ReadUnaligned<ushort>(udp + 6);
        if (given == 0)
        {
            return !frame.IsIPv6;
        }

        ulong pseudo = PseudoHeader(frame.Frame + frame.Network, frame.IsIPv6, datagram);
        return InternetChecksum.Fold(InternetChecksum.Add(pseudo, udp, datagram)) == 0xFFFF || given == InternetChecksum.Fold(pseudo);
    }

    private static ulong PseudoHeader(byte* ip, bool isIPv6, int datagram)
    {
        ulong sum = BinaryPrimitives.ReverseEndianness((ushort)datagram) + (ulong)(UdpProtocol << 8);
        return isIPv6 ? InternetChecksum.Add(sum, ip + 8, 32) : InternetChecksum.Add(sum, ip + 12, 8);
    }

    private static bool IsSource4(byte* ip, bool allowsLoopback)
    {
        byte first = ip[12];
        return first != 0 && first < 224 && (first != 127 || allowsLoopback)
            && (allowsLoopback || Unsafe.ReadUnaligned<uint>(ip + 12) != Unsafe.ReadUnaligned<uint>(ip + 16));
    }

    private static bool IsSource6(byte* ip, bool allowsLoopback)
    {
        ulong high = Unsafe.ReadUnaligned<ulong>(ip + 8), low = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ip + 16));
        bool isItself = high == Unsafe.ReadUnaligned<ulong>(ip + 24) && Unsafe.ReadUnaligned<ulong>(ip + 16) == Unsafe.ReadUnaligned<ulong>(ip + 32);
        bool isMapped = high == 0 && low >> 32 == 0xFFFF; // of IPv4, and on no wire (RFC 4291 section 2.5.5.2)
        return ip[8] != 0xFF && !isMapped && !(high == 0 && low <= 1 && !(low == 1 && allowsLoopback)) && (allowsLoopback || !isItself);
    }

    private static ushort Big(byte* at) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(at));

    private static void SetBig(byte* at, int value) => Unsafe.WriteUnaligned(at, BinaryPrimitives.ReverseEndianness((ushort)value));
}

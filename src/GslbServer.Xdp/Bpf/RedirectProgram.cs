using System.Net;

namespace GslbServer;

/// <summary>What runs in the kernel for each frame: queries to an endpoint that is served go to the socket of their queue, everything else goes its usual way.</summary>
/// <remarks>Left to the kernel: payloads that the caller does not want, other protocols, other ports and addresses, group addresses and other stations' hardware addresses, fragments, IPv4 with options, IPv6 with extension headers, more than one VLAN tag, and whatever
/// comes on a queue without a socket. What is wrong inside a datagram that is taken is for <see cref="UdpFrame"/> to see.</remarks>
internal static class RedirectProgram
{
    /// <summary>Octets of an <see cref="EndpointKey"/>.</summary>
    public const int KeySize = 20;

    private const int ActionPass = 2;
    private const int MapLookup = 1, RedirectMap = 51;
    private const int Ethernet = 14, VlanTag = 4, Key = -24;
    private const int Udp = 17;

    /// <param name="hardware">Of the interface, the first octet the lowest: what a segment floods, or a promiscuous card takes, is not for this machine.</param>
    /// <param name="endpoints">Descriptor of the hash map whose keys are the endpoints served.</param>
    /// <param name="sockets">Descriptor of the XSKMAP, by queue.</param>
    /// <param name="leave">What is left to the kernel: payloads with any of these bits in this octet, or too short to have it.</param>
    public static BpfInstruction[] Assemble(long hardware, int endpoints, int sockets, PayloadBits leave) => new BpfAssembler()
        // R6: struct xdp_md; R2: the frame; R3: its end.
        .Set(Reg.R6, Reg.R1)
        .Word(Reg.R2, Reg.R1, 0)
        .Word(Reg.R3, Reg.R1, 4)
        .Set(Reg.R4, Reg.R2).AddConstant(Reg.R4, Ethernet).GoToIfGreater(Reg.R4, Reg.R3, "pass")
        .Half(Reg.R5, Reg.R2, 0).GoToUnlessEqual(Reg.R5, (ushort)hardware, "pass")
        .Half(Reg.R5, Reg.R2, 2).GoToUnlessEqual(Reg.R5, (ushort)(hardware >> 16), "pass")
        .Half(Reg.R5, Reg.R2, 4).GoToUnlessEqual(Reg.R5, (ushort)(hardware >> 32), "pass")
        .Half(Reg.R5, Reg.R2, 12)
        .GoToIfEqual(Reg.R5, Big(0x8100), "tagged").GoToIfEqual(Reg.R5, Big(0x88A8), "tagged").GoTo("network")

        .Label("tagged")
        .AddConstant(Reg.R2, VlanTag)
        .Set(Reg.R4, Reg.R2).AddConstant(Reg.R4, Ethernet).GoToIfGreater(Reg.R4, Reg.R3, "pass")
        .Half(Reg.R5, Reg.R2, 12)

        .Label("network")
        .GoToIfEqual(Reg.R5, Big(0x0800), "ipv4").GoToIfEqual(Reg.R5, Big(0x86DD), "ipv6").GoTo("pass")

        .Label("ipv4")
        .Set(Reg.R4, Reg.R2).AddConstant(Reg.R4, Ethernet + 28 + leave.Octet + 1).GoToIfGreater(Reg.R4, Reg.R3, "pass")
        .Octet(Reg.R5, Reg.R2, Ethernet).GoToUnlessEqual(Reg.R5, 0x45, "pass")
        .Octet(Reg.R5, Reg.R2, Ethernet + 9).GoToUnlessEqual(Reg.R5, Udp, "pass")
        // More fragments, or an offset.
        .Half(Reg.R5, Reg.R2, Ethernet + 6).GoToIfAnySet(Reg.R5, Big(0x3FFF), "pass")
        .StoreConstant(Reg.Frame, Key, 0).StoreConstant(Reg.Frame, Key + 4, 0).StoreConstant(Reg.Frame, Key + 8, unchecked((int)0xFFFF0000))
        .Word(Reg.R5, Reg.R2, Ethernet + 16).Store(Reg.Frame, Key + 12, Reg.R5)
        .Half(Reg.R5, Reg.R2, Ethernet + 22).Store(Reg.Frame, Key + 16, Reg.R5)
        .Octet(Reg.R5, Reg.R2, Ethernet + 28 + leave.Octet).GoToIfAnySet(Reg.R5, leave.Mask, "pass")
        .GoTo("look up")

        .Label("ipv6")
        .Set(Reg.R4, Reg.R2).AddConstant(Reg.R4, Ethernet + 48 + leave.Octet + 1).GoToIfGreater(Reg.R4, Reg.R3, "pass")
        .Octet(Reg.R5, Reg.R2, Ethernet).And(Reg.R5, 0xF0).GoToUnlessEqual(Reg.R5, 0x60, "pass")
        .Octet(Reg.R5, Reg.R2, Ethernet + 6).GoToUnlessEqual(Reg.R5, Udp, "pass")
        .Word(Reg.R5, Reg.R2, Ethernet + 24).Store(Reg.Frame, Key, Reg.R5)
        .Word(Reg.R5, Reg.R2, Ethernet + 28).Store(Reg.Frame, Key + 4, Reg.R5)
        .Word(Reg.R5, Reg.R2, Ethernet + 32).Store(Reg.Frame, Key + 8, Reg.R5)
        .Word(Reg.R5, Reg.R2, Ethernet + 36).Store(Reg.Frame, Key + 12, Reg.R5)
        .Half(Reg.R5, Reg.R2, Ethernet + 42).Store(Reg.Frame, Key + 16, Reg.R5)
        .Octet(Reg.R5, Reg.R2, Ethernet + 48 + leave.Octet).GoToIfAnySet(Reg.R5, leave.Mask, "pass")

        .Label("look up")
        .Map(Reg.R1, endpoints).Set(Reg.R2, Reg.Frame).AddConstant(Reg.R2, Key).Helper(MapLookup)
        .GoToIfEqual(Reg.R0, 0, "pass")
        // A queue that has no socket: the kernel takes it.
        .Map(Reg.R1, sockets).Word(Reg.R2, Reg.R6, 16).SetConstant(Reg.R3, ActionPass).Helper(RedirectMap)
        .Return()

        .Label("pass")
        .SetConstant(Reg.R0, ActionPass)
        .Return()
        .Assemble();

    /// <summary>The endpoint as the program looks it up: the address (IPv4 mapped, RFC 4291 section 2.5.5.2), the port as on the wire, two octets 0.</summary>
    public static byte[] EndpointKey(IPAddress address, int port)
    {
        byte[] key = new byte[KeySize];
        address.MapToIPv6().TryWriteBytes(key, out _);
        key[16] = (byte)(port >> 8);
        key[17] = (byte)port;
        return key;
    }

    /// <summary>A constant of 16 bits as it is read from the wire by a little-endian machine.</summary>
    private static int Big(int value) => (value & 0xFF) << 8 | value >> 8;
}

/// <summary>Bits of one octet of a datagram's payload.</summary>
/// <param name="Octet">From 0.</param>
internal readonly record struct PayloadBits(int Octet, byte Mask);

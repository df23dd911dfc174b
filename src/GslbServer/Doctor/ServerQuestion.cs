using System.Buffers.Binary;
using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>One question to a server, with whatever is peculiar about it (RFC 1035 section 4.1, RFC 6891).</summary>
/// <param name="UdpSize">Said in an OPT; 0: no EDNS at all.</param>
/// <param name="Options">EDNS options as they go on the wire: code, length, data.</param>
internal sealed record ServerQuestion(DomainName Name, RecordType Type, ushort UdpSize = 1232, bool WantsRecursion = false, bool WantsSignatures = false, byte EdnsVersion = 0,
    byte[]? Options = null)
{
    private const ushort RecursionDesired = 0x0100, SignaturesWanted = 0x8000;

    public byte[] Write()
    {
        using var wire = new MemoryStream();
        Short((ushort)RandomNumberGenerator.GetInt32(1 << 16));
        Short(WantsRecursion ? RecursionDesired : 0);
        Short(1);
        Short(0);
        Short(0);
        Short(UdpSize > 0 ? 1 : 0);
        wire.Write(Name.Wire);
        Short((int)Type);
        Short(1);
        if (UdpSize > 0)
        {
            wire.WriteByte(0);
            Short((int)RecordType.OPT);
            Short(UdpSize);
            Short(EdnsVersion);
            Short(WantsSignatures ? SignaturesWanted : 0);
            Short(Options?.Length ?? 0);
            wire.Write(Options ?? []);
        }

        return wire.ToArray();

        void Short(int value)
        {
            Span<byte> octets = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
            wire.Write(octets);
        }
    }
}

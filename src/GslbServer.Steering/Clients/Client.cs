using System.Net;

namespace GslbServer.Steering;

public enum ClientSource : byte
{
    /// <summary>No Client Subnet (or one of source length 0, or a private one, or <c>ecs=ignore</c>): the resolver's own address stands for its clients.</summary>
    Resolver,

    /// <summary>EDNS Client Subnet.</summary>
    Subnet,
}

/// <summary>Who asks, as far as steering is concerned.</summary>
/// <param name="Address">Left-aligned: IPv4 stands in the upper 32 bits. Bits beyond the prefix are zero.</param>
public readonly record struct Client(bool IsIPv6, UInt128 Address, byte PrefixLength, ClientSource Source)
{
    public static Client From(IPAddress address, ClientSource source = ClientSource.Resolver)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int written);
        return new Client(written == 16, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(octets), (byte)(written * 8), source);
    }

    public static Client From(IPNetwork network, ClientSource source) => From(network.BaseAddress, source) with { PrefixLength = (byte)network.PrefixLength };

    public IPAddress ToAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, Address);
        return new IPAddress(octets[..(IsIPv6 ? 16 : 4)]);
    }
}

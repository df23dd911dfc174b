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
/// <remarks>The address is kept as two words: queries compare and shift them, and .NET does that slowly with one of 128 bits.</remarks>
public readonly record struct Client
{
    /// <param name="address">As <see cref="Address"/>.</param>
    public Client(bool isIPv6, UInt128 address, byte prefixLength, ClientSource source)
        : this(isIPv6, (ulong)(address >> 64), (ulong)address, prefixLength, source)
    {
    }

    /// <param name="upper">As <see cref="Upper"/>.</param>
    /// <param name="lower">As <see cref="Lower"/>.</param>
    public Client(bool isIPv6, ulong upper, ulong lower, byte prefixLength, ClientSource source)
    {
        Upper = upper;
        Lower = lower;
        IsIPv6 = isIPv6;
        PrefixLength = prefixLength;
        Source = source;
    }

    /// <summary>The first 64 bits of <see cref="Address"/>.</summary>
    public ulong Upper { get; init; }

    /// <summary>The last 64 bits; 0 for IPv4.</summary>
    public ulong Lower { get; init; }

    public bool IsIPv6 { get; init; }

    public byte PrefixLength { get; init; }

    public ClientSource Source { get; init; }

    /// <summary>Left-aligned: IPv4 stands in the upper 32 bits. Bits beyond the prefix are zero.</summary>
    public UInt128 Address
    {
        get => new(Upper, Lower);
        init => (Upper, Lower) = ((ulong)(value >> 64), (ulong)value);
    }

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

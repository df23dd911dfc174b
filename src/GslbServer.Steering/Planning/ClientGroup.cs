namespace GslbServer.Steering;

/// <summary>Clients of one network that count together when answers are planned.</summary>
/// <param name="Upper">First address: its upper 64 bits, left-aligned.</param>
/// <param name="PrefixLength">At most 24 for IPv4, 56 for IPv6: finer than that no answer can be asked for.</param>
/// <param name="Place">Index into <see cref="Population.Places"/>.</param>
/// <param name="Weight">How much they ask, in any unit, spread evenly over the network.</param>
/// <param name="Name">Index of the steered name they ask for; -1 for all alike.</param>
public readonly record struct ClientGroup(bool IsIPv6, ulong Upper, byte PrefixLength, int Place, double Weight, int Name = -1)
{
    /// <summary>The longest prefix that resolvers should send (RFC 7871 section 11.1).</summary>
    public static byte LongestPrefix(bool isIPv6) => isIPv6 ? (byte)56 : (byte)24;
}

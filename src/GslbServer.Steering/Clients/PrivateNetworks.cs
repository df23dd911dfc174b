using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Networks that say nothing about where a client is: a Client Subnet from one of them is answered by the resolver's own address, with the whole block as scope
/// (RFC 7871 section 11.3: such addresses mean nothing outside).</summary>
internal static class PrivateNetworks
{
    /// <summary>RFC 1918, RFC 6598 (carrier NAT), loopback, link-local, unique local (RFC 4193). ::/56 holds the loopback address and keeps within scopes of /56.</summary>
    public static readonly ImmutableArray<IPNetwork> Blocks =
    [
        .. ((string[])["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::/56", "fc00::/7", "fe80::/10"])
            .Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly ImmutableArray<Client> Prefixes = [.. Blocks.Select(block => Client.From(block, default))];

    // By family and first octet: most clients are done with this one look.
    private static readonly bool[] MayHold = [.. Enumerable.Range(0, 512).Select(slot => Prefixes.Any(block => block.IsIPv6 == slot >= 256
        && PrefixBits.Mask((ulong)(slot & 255) << 56, 0, Math.Min((int)block.PrefixLength, 8)).Upper == PrefixBits.Mask(block.Upper, 0, Math.Min((int)block.PrefixLength, 8)).Upper))];

    /// <returns>Length of the private block that the address lies in; 0 when it is in none.</returns>
    public static int BlockLength(in Client client)
    {
        if (!MayHold[(client.IsIPv6 ? 256 : 0) + (int)(client.Upper >> 56)])
            return 0;
        foreach (ref readonly Client block in Prefixes.AsSpan())
        {
            if (block.IsIPv6 == client.IsIPv6 && PrefixBits.Mask(client.Upper, client.Lower, block.PrefixLength) == (block.Upper, block.Lower))
                return block.PrefixLength;
        }

        return 0;
    }
}

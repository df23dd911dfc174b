using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Who may ask explain over DNS, or transfer a zone: addresses within any of these networks.</summary>
public sealed class ClientNetworks
{
    private readonly (bool IsIPv6, UInt128 Base, UInt128 Mask)[] _networks;

    public ClientNetworks(IReadOnlyList<IPNetwork> networks) => _networks = [.. networks.Select(Compile)];

    /// <summary>Null for no networks, so that those who ask for each query need not.</summary>
    public static ClientNetworks? OrNull(IReadOnlyList<IPNetwork> networks) => networks.Count > 0 ? new ClientNetworks(networks) : null;

    public bool Allows(in Client resolver)
    {
        foreach ((bool isIPv6, UInt128 network, UInt128 mask) in _networks)
        {
            if (isIPv6 == resolver.IsIPv6 && (resolver.Address & mask) == network)
            {
                return true;
            }
        }

        return false;
    }

    private static (bool IsIPv6, UInt128 Base, UInt128 Mask) Compile(IPNetwork network)
    {
        var client = Client.From(network.BaseAddress);
        UInt128 mask = network.PrefixLength == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - network.PrefixLength);
        return (client.IsIPv6, client.Address & mask, mask);
    }
}

using System.Net;
using System.Net.NetworkInformation;

namespace GslbServer;

/// <summary>Which Host headers are this node's own. A web page whose name was made to point at loopback (DNS rebinding) still sends its own name, and is refused.</summary>
/// <param name="listener">Where the admin API listens; for the wildcard addresses every address of this machine counts.</param>
/// <param name="names">Host name, node name, and what else was configured.</param>
/// <param name="certified">Names of the certificate in force, which only its owner can have.</param>
internal sealed class HostRules(IPAddress listener, IReadOnlyList<string> names, Func<IReadOnlyList<string>>? certified = null)
{
    /// <param name="host">Without port; IPv6 with or without brackets.</param>
    /// <param name="local">Where the connection ended.</param>
    public bool IsOwn(string host, IPAddress? local)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            address = Unmapped(address);
            return IPAddress.IsLoopback(address) || (local is not null && address.Equals(Unmapped(local)))
                || (!IsWildcard(address) && address.Equals(listener))
                || (IsWildcard(listener) && AddressesOfThisMachine().Contains(address));
        }

        string name = host.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (name.Length > 0 && names.Concat(certified?.Invoke() ?? []).Any(own => own.TrimEnd('.').Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>A socket for both families sees IPv4 peers as ::ffff:0:0/96.</summary>
    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IEnumerable<IPAddress> AddressesOfThisMachine() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(u => u.Address);
}

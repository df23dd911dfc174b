using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>Which families steered names may ever answer, whoever asks and whatever is up.</summary>
public static class AnswerFamilies
{
    /// <returns>By name. A name that may lead to a CNAME answers both.</returns>
    public static IReadOnlyList<(bool IPv4, bool IPv6)> Of(Topology topology)
    {
        var known = new (bool IPv4, bool IPv6)?[topology.Names.Length];
        for (int name = 0; name < known.Length; name++)
            Find(topology, name, known);
        return [.. known.Select(families => families!.Value)];
    }

    private static (bool IPv4, bool IPv6) Find(Topology topology, int index, (bool IPv4, bool IPv6)?[] known)
    {
        if (known[index] is { } found)
            return found;
        known[index] = default((bool, bool)); // names do not lead to themselves
        SteeredName name = topology.Names[index];
        bool ipv4 = name.StaticAddresses.Any(a => a.AddressFamily == AddressFamily.InterNetwork), ipv6 = name.StaticAddresses.Any(a => a.AddressFamily == AddressFamily.InterNetworkV6);
        foreach (Target target in name.AllDown == AllDown.Target ? name.Targets.Add(name.AllDownTarget) : name.Targets)
        {
            (bool ofTarget4, bool ofTarget6) = target.IsName ? Find(topology, target.Index, known) : OfRegion(topology.Regions[target.Index]);
            (ipv4, ipv6) = (ipv4 || ofTarget4, ipv6 || ofTarget6);
        }

        known[index] = (ipv4, ipv6);
        return (ipv4, ipv6);
    }

    private static (bool IPv4, bool IPv6) OfRegion(Region region) => region.CnameTarget is not null
        ? (true, true)
        : (region.Addresses.Any(a => a.AddressFamily == AddressFamily.InterNetwork), region.Addresses.Any(a => a.AddressFamily == AddressFamily.InterNetworkV6));
}

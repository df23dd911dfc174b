using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>The addresses of one family that one target of one name may answer with, and the state it is in when all of them serve.</summary>
internal sealed class EndpointPlan
{
    private EndpointPlan(int region, bool isCname, ImmutableArray<IPAddress> addresses, ImmutableArray<ImmutableArray<int>> monitors)
    {
        Region = region;
        IsCname = isCname;
        Addresses = addresses;
        Monitors = monitors;
        Packed = [.. addresses.SelectMany(address => address.GetAddressBytes())];
        Serving = new TargetState { Serving = Packed, LastResort = Packed, LastGood = Packed };
    }

    public int Region { get; }

    /// <summary>The answer is the region's CNAME, whatever the family; it counts as one endpoint without address.</summary>
    public bool IsCname { get; }

    public ImmutableArray<IPAddress> Addresses { get; }

    /// <summary>For each endpoint, those that must all be up.</summary>
    public ImmutableArray<ImmutableArray<int>> Monitors { get; }

    public byte[] Packed { get; }

    /// <summary>Shared by all publications in which nothing is amiss.</summary>
    public TargetState Serving { get; }

    public int Count => Monitors.Length;

    public bool Exists => Count > 0;

    /// <param name="monitors">As <see cref="SteeredName.Monitors"/>, of this target.</param>
    public static EndpointPlan Of(Topology topology, int region, bool isIPv6, ImmutableArray<ImmutableArray<int>> monitors)
    {
        Region found = topology.Regions[region];
        if (found.CnameTarget is not null)
            return new EndpointPlan(region, true, [], monitors);

        AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        int[] own = [.. Enumerable.Range(0, found.Addresses.Length).Where(i => found.Addresses[i].AddressFamily == family)];
        return new EndpointPlan(region, false, [.. own.Select(i => found.Addresses[i])], [.. own.Select(i => monitors[i])]);
    }
}

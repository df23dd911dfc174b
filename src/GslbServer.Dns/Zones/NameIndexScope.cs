using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Says which nodes of a zone a question can end at.</summary>
/// <param name="zones">All zones; of several with one apex the last answers.</param>
internal sealed class NameIndexScope(Zone[] zones)
{
    private const NodeFlags Hiding = NodeFlags.Cut | NodeFlags.Dname;

    private readonly Dictionary<Zone, List<int>> _handedOver = HandedOver(zones); // where other zones begin, for each zone that answers

    /// <summary>Nodes below a cut or a DNAME, and at or below the apex of another of our zones. Cuts are not among them: there the walk has to be taken.</summary>
    /// <returns>By node, whether it is one of these; null for a zone that answers nothing.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool[]? HiddenIn(Zone zone)
    {
        if (!_handedOver.TryGetValue(zone, out List<int>? otherApexes)) return null;
        bool[] isHidden = new bool[zone.Names.Count]; // parents come before their children
        foreach (int node in otherApexes) isHidden[node] = true;
        for (int node = 0; node < isHidden.Length; node++)
        {
            int parent = zone.Names.ParentOf(node);
            isHidden[node] |= node > 0 && (isHidden[parent] || (zone.FlagsOf(parent) & Hiding) != 0 || zone.Is(node, NodeFlags.Gone));
        }
        return isHidden;
    }

    private static Dictionary<Zone, List<int>> HandedOver(Zone[] zones)
    {
        var byApex = new Dictionary<DomainName, Zone>();
        foreach (Zone zone in zones) byApex[zone.Apex] = zone;
        var handedOver = byApex.Values.ToDictionary(zone => zone, _ => new List<int>());
        foreach (Zone zone in byApex.Values)
        {
            for (DomainName above = zone.Apex; !above.IsRoot;)
            {
                above = above.Parent;
                if (byApex.TryGetValue(above, out Zone? encloser) && encloser.NodeOf(zone.Apex) is > 0 and int node) handedOver[encloser].Add(node);
            }
        }
        return handedOver;
    }
}

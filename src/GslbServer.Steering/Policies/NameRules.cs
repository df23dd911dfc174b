using System.Collections.Immutable;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>What of a steered name its answers follow from, owner and the octets of static records apart. A zone may say the same of thousands of names; it is worked out once.</summary>
internal static class NameRules
{
    /// <summary>Equal for names whose targets serve, and whose answers depend on place and health, in the same way.</summary>
    public static string KeyOf(SteeredName name, RankingRules rules) => string.Join('|',
        name.Policy, name.Ttl, name.TtlMin, name.LoadByGeo, name.Answers, name.UseSubnet, name.PersistIPv4, name.PersistIPv6, name.SpreadRandom, name.Ramp.Ticks,
        name.ManualFailback, name.AllDown, name.AllDownTarget, name.LocalHealthView, Has(name, AddressFamily.InterNetwork), Has(name, AddressFamily.InterNetworkV6),
        string.Join(' ', name.Targets), string.Join(' ', name.Checks), string.Join(' ', name.Monitors.Select(Text)), rules.Key);

    private static bool Has(SteeredName name, AddressFamily family) => name.StaticAddresses.Any(address => address.AddressFamily == family);

    private static string Text(ImmutableArray<ImmutableArray<int>> ofTarget) => string.Join('/', ofTarget.Select(monitors => string.Join(',', monitors)));
}

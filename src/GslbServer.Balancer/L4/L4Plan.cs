namespace GslbServer.Balancer;

/// <summary>Settings of one listener with the pools made from them: what a new connection goes by.</summary>
/// <param name="Default">Null if what no entry of <c>Sni</c> takes is refused.</param>
internal sealed record L4Plan(L4Settings Settings, L4Pool? Default, SniTable<L4Pool> Sni, IReadOnlyList<L4Pool> Pools)
{
    /// <summary>Null if nothing takes it.</summary>
    public L4Pool? PoolOf(ClientHello? hello) => (hello is null ? null : Sni.Find(hello)) ?? Default;

    /// <param name="targets">Gives the run-time state of a destination, the one it had before if there was one.</param>
    public static L4Plan Of(string name, L4Settings settings, Func<string, string, L4DestinationSettings, L4Target> targets)
    {
        L4Pool? fallback = settings.Destinations.Count > 0 ? Pool($"L4:{name}", "", settings.Destinations) : null;
        (SniSettings Settings, L4Pool Value)[] named = [.. settings.Sni.Select(entry => (entry.Value, Pool($"L4:{name}:{entry.Key}", entry.Key, entry.Value.Destinations)))];
        return new L4Plan(settings, fallback, new SniTable<L4Pool>(named), [.. fallback is null ? [] : new[] { fallback }, .. named.Select(entry => entry.Value)]);

        L4Pool Pool(string pool, string sni, IReadOnlyDictionary<string, L4DestinationSettings> destinations) =>
            new(pool, [.. destinations.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => targets(sni, entry.Key, entry.Value))], settings.PolicyInForce);
    }
}

using GslbServer.Steering;

namespace GslbServer;

/// <summary>What a plan from files lacks and a running node has: measured round trips, and the prices of loaded regions.</summary>
/// <param name="Prices">By region (owner of the REGION record), those that are not 0.</param>
internal sealed record NodeKnowledge(Uri Server, LatencyMap Latency, IReadOnlyDictionary<string, double> Prices, ConfigHashes Hashes)
{
    /// <exception cref="CliException">It cannot be reached, or is no node of this version.</exception>
    public static async Task<NodeKnowledge> AskAsync(AdminClient node, CancellationToken cancel)
    {
        StatusReport status = (await node.GetAsync("/api/v1/status", cancel)).Read<StatusReport>();
        byte[] octets = await node.DownloadAsync("/api/v1/latency/map", cancel);
        LatencyMap map = LatencyMap.Decode(octets, out string problem) ?? throw new CliException($"the round trips that the node at {node.Server} has measured cannot be read: {problem}; expected a node of version {BuildInfo.Version}");
        return new NodeKnowledge(node.Server, map, status.Regions.Where(region => region.Load is { PriceMs: not 0 }).ToDictionary(region => region.Name, region => region.Load!.PriceMs), status.Hashes);
    }

    public LoadTable LoadOf(Topology topology) =>
        new([.. topology.Regions.Select(region => new RegionBearing(Prices.GetValueOrDefault(region.Name), RegionNews.None, TimeSpan.Zero))], []);

    /// <summary>For people.</summary>
    public string Describe()
    {
        string prices = Prices.Count == 0 ? "no region has a price" : string.Join(", ", Prices.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => FormattableString.Invariant($"{one.Key} costs {one.Value:0.#} ms")));
        return FormattableString.Invariant($"{Server.AbsoluteUri.TrimEnd('/')}: {Latency.PrefixCount:N0} measured prefix{(Latency.PrefixCount == 1 ? "" : "es")}, {prices}");
    }
}

using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What a node says when it serves: one line per listener, for people.</summary>
internal static class StartBanner
{
    public static IEnumerable<string> Lines(Node node, IReadOnlyList<string> adminUrls)
    {
        NodeOptions options = node.Options;
        yield return $"gslb {BuildInfo.Version}, node {options.Node}{(options.Region is null ? "" : $" in {options.Region}")}";
        if (options.ProbeOnly)
        {
            yield return "  witness: probes and reports, serves no DNS";
        }

        foreach (IPEndPoint endPoint in node.EndPoints)
        {
            yield return $"  DNS    {endPoint} (UDP and TCP)";
        }

        foreach (IPEndPoint endPoint in node.TlsEndPoints)
        {
            yield return $"  DNS    {endPoint} (TLS)";
        }

        foreach (IPEndPoint endPoint in node.HttpsEndPoints)
        {
            yield return $"  DNS    https://{endPoint}{DnsOverHttps.Path}";
        }

        foreach (string url in adminUrls)
        {
            yield return $"  admin  {url}";
        }

        foreach (Zone zone in node.Serving.Current.Zones.Zones)
        {
            yield return zone.IsExpired ? $"  zone   {zone.Apex} from a primary, not here yet" : $"  zone   {zone.Apex} serial {zone.Serial}";
        }

        yield return options.Redis.Count == 0 ? "  state  in memory" : $"  state  {options.Redis.Count} Redis store{(options.Redis.Count == 1 ? "" : "s")}, cluster {options.Cluster}";
    }
}

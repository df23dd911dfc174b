using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>How many clients would move if a zone that is to be pushed were served to all: by the code that answers queries, with what the node has measured.</summary>
internal sealed class CanaryPreview(CliHost host, AdminClient node)
{
    private NodeKnowledge? _knows;

    /// <param name="text">What is to be pushed.</param>
    /// <returns>Null where nothing can be compared: the zone is new, or nothing in it is steered.</returns>
    public async Task<DiffReport?> OfAsync(DomainName zone, string text, CancellationToken cancel)
    {
        AdminAnswer served = await node.GetAsync(ZoneApi.PathOf(zone), cancel);
        if (served.Status == StatusCodes.Status404NotFound || served.Read<ZoneView>().Text is not { } old) return null;
        _knows ??= await NodeKnowledge.AskAsync(node, cancel);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gslb-canary-");
        try
        {
            if (Load(folder, zone, old, "old") is not { } before || Load(folder, zone, text, "new") is not { } after) return null;
            Topology topology = before.Plan.Topology;
            return topology.Names.Length == 0 ? null
                : ClientMoves.Between(host, before, after, PopulationSource.Read(null, null, before.Plan.Geo, topology, []), wantsIPv6: false, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The new text was judged by the node; the one that is served may lean on zones that are not here, and then nothing is compared.</summary>
    private SteeringTable? Load(DirectoryInfo folder, DomainName zone, string text, string name)
    {
        string file = Path.Combine(folder.CreateSubdirectory(name).FullName, StateFile.NameOf(zone) + ZoneLoader.Extension);
        File.WriteAllText(file, text, Encoding.Latin1);
        return OfflineSnapshot.Load(file, DefaultPaths.Geo(host), [], knows: _knows)?.Steering;
    }
}

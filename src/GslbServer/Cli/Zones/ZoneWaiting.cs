using GslbServer.Dns;

namespace GslbServer;

/// <summary>Waits until all nodes serve what they should.</summary>
internal static class ZoneWaiting
{
    /// <returns>Whether all do.</returns>
    public static async Task<bool> WaitAsync(CliHost host, AdminClient node, DomainName zone, TimeSpan pause, TimeSpan limit, CancellationToken cancel)
    {
        long begin = host.Time.GetTimestamp();
        while (true)
        {
            IReadOnlyList<ZoneNodeView> nodes = (await node.GetAsync(ZoneApi.PathOf(zone), cancel)).Read<ZoneView>().Nodes;
            ZoneNodeView[] open = [.. nodes.Where(n => n.Version != n.Wanted && (n.Problem is null || n.Problem == ZoneNodeView.Unheard))];
            TimeSpan waited = host.Time.GetElapsedTime(begin);
            if (open.Length == 0 || waited > limit)
            {
                foreach (ZoneNodeView one in nodes)
                    await host.Out.WriteLineAsync($"  {one.Node} {(one.Version is { } version ? $"version {version}" : "its file")}{(one.Version == one.Wanted ? "" : host.Terminal.Bad($": {one.Problem ?? "has not taken it"}"))}");
                return nodes.All(n => n.Version == n.Wanted);
            }

            await Task.Delay(pause, host.Time, cancel);
        }
    }
}

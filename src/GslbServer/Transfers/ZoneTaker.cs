using GslbServer.Dns;
using GslbServer.Probing;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Puts zones from primaries in force, one change after the other, and none while files are loaded.</summary>
/// <param name="reloading">Held by whoever changes what is in force.</param>
internal sealed class ZoneTaker(Node node, Loader loader, SnapshotPublisher publisher, ProbeSchedule probes, SemaphoreSlim reloading)
{
    /// <inheritdoc cref="TakeZones"/>
    public async Task<ReloadResult> TakeAsync(IReadOnlyList<ZoneFile> come, IReadOnlyList<DomainName> expired, IReadOnlyList<DomainName> gone, IReadOnlyList<ZoneChange>? changes,
        CancellationToken cancel)
    {
        await reloading.WaitAsync(cancel);
        try
        {
            (ZoneSet zones, SteeringPlan plan) = (loader.Zones, loader.Plan);
            ReloadResult result = loader.Take(come, expired, gone);
            if (result.Errors.Count == 0)
            {
                publisher.Use(loader.Zones, loader.Plan);
                if (plan != loader.Plan)
                {
                    probes.Apply(loader.Plan.Topology);
                }

                node.Zones.Changed(zones, loader.Zones, changes);
                node.LogWarnings(result.Warnings);
            }

            return result;
        }
        finally
        {
            reloading.Release();
        }
    }

    /// <inheritdoc cref="Loader.TryTake"/>
    public async Task<bool> TryTakeAsync(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel)
    {
        await reloading.WaitAsync(cancel);
        try
        {
            ZoneSet zones = loader.Zones;
            if (!loader.TryTake(zone, changes))
            {
                return false;
            }

            publisher.Use(loader.Zones, loader.Plan);
            node.Zones.Changed(zones, loader.Zones, changes);
            return true;
        }
        finally
        {
            reloading.Release();
        }
    }
}

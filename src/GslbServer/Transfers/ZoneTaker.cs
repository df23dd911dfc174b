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

    /// <summary>Changes one zone of a file in memory, as an update wants it.</summary>
    /// <param name="plan">What is to become of the zone in force; null for nothing.</param>
    /// <param name="failed">Told why nothing was changed, where something should have been.</param>
    /// <returns>Whether another zone is in force.</returns>
    public async Task<bool> ChangeAsync(DomainName name, Func<Zone, PlannedChange?> plan, Action<string, Rcode> failed, CancellationToken cancel)
    {
        await reloading.WaitAsync(cancel);
        try
        {
            ZoneSet before = loader.Zones;
            if (before.FindApex(name.Wire) is not { } zone)
            {
                failed("no zone of this node is called so", Rcode.NotAuth);
                return false;
            }

            if (!loader.IsOfFile(name))
            {
                failed("the zone comes from a primary; updates are for that", Rcode.Refused);
                return false;
            }

            if (plan(zone) is not { } planned)
            {
                return false;
            }

            IReadOnlyList<string> errors = await Task.Run(() => loader.Change(zone, planned.Change), cancel);
            if (errors.Count > 0)
            {
                failed(errors[0], Rcode.Refused);
                return false;
            }

            try
            {
                planned.Keep();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                loader.Restore(before);
                failed($"it cannot be kept on disk: {e.Message}", Rcode.ServFail);
                return false;
            }

            publisher.Use(loader.Zones, loader.Plan);
            node.Zones.Changed(before, loader.Zones, [planned.Change]);
            return true;
        }
        finally
        {
            reloading.Release();
        }
    }

    /// <inheritdoc cref="Loader.Judge"/>
    public async Task<IReadOnlyList<string>> JudgeAsync(IReadOnlyDictionary<DomainName, string> pushed, CancellationToken cancel)
    {
        await reloading.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => loader.Judge(pushed), cancel);
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

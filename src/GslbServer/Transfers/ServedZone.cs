using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone from a primary among those that are served.</summary>
internal sealed class ServedZone(DomainName name, Func<DomainName, Zone?> current, TakeZones take, TakeChanges takeChanges, Action<Zone> taken) : IZoneSink
{
    public Zone? Current => current(name) is { IsExpired: false } zone ? zone : null;

    public async Task<IReadOnlyList<string>> TakeAsync(ZoneFile file, IReadOnlyList<ZoneChange>? changes, CancellationToken cancel)
    {
        ReloadResult result = await take([file], [], [], changes, cancel);
        if (result.Errors.Count == 0 && Current is { } zone)
        {
            taken(zone);
        }

        return result.Errors;
    }

    public async Task<bool> TryTakeAsync(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel)
    {
        bool isTaken = await takeChanges(zone, changes, cancel);
        if (isTaken && Current is { } now)
        {
            taken(now);
        }

        return isTaken;
    }

    public Task ExpireAsync(CancellationToken cancel) => take([], [name], [], null, cancel);
}

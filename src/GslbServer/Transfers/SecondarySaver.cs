using System.Collections.Concurrent;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Keeps zones from primaries on disk, behind the back of transfers: the newest of each, large ones no more often than once a minute.</summary>
internal sealed class SecondarySaver(SecondaryStore store, TimeProvider time)
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan BetweenLarge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<DomainName, Zone> _unsaved = new();
    private readonly Dictionary<DomainName, TimeSpan> _savedLarge = [];

    public void Save(Zone zone) => _unsaved[zone.Apex] = zone;

    public void Forget(DomainName zone)
    {
        _unsaved.TryRemove(zone, out _);
        store.Forget(zone);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                SaveAll(isLast: false);
            }
        }
        catch (OperationCanceledException)
        {
            SaveAll(isLast: true);
        }
    }

    private void SaveAll(bool isLast)
    {
        foreach ((DomainName name, Zone zone) in _unsaved)
        {
            TimeSpan now = time.Now();
            if (zone.IsLarge && !isLast && _savedLarge.TryGetValue(name, out TimeSpan at) && now - at < BetweenLarge)
            {
                continue;
            }

            // Only this very version: what came meanwhile is saved in the next round.
            if (_unsaved.TryRemove(KeyValuePair.Create(name, zone)))
            {
                store.Save(zone);
                _savedLarge[name] = time.Now();
            }
        }
    }
}

using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>The balancers as last heard. As of nodes (<see cref="VantageBook"/>), only pairs (Boot, Sequence) that advance are believed, by the reader's own monotonic clock: what lay in a store is news
/// once it moves. Not thread-safe.</summary>
internal sealed class HeartbeatBook
{
    /// <summary>Far more than one cluster has; what comes beyond is not heard.</summary>
    public const int Most = 1024;

    /// <summary>One unheard of for so long is forgotten.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(2);

    private readonly Dictionary<(string Region, string Writer), BalancerView> _held = [];

    public IReadOnlyList<BalancerView> All => [.. _held.Values.OrderBy(view => view.Load.Region, StringComparer.Ordinal).ThenBy(view => view.Load.Writer, StringComparer.Ordinal)];

    /// <returns>Whether answers could come out differently at once: prices have time.</returns>
    public bool Absorb(IReadOnlyList<BalancerLoad> loads, TimeSpan now)
    {
        bool matters = false;
        foreach (BalancerLoad load in loads)
        {
            (string, string) key = (load.Region, load.Writer);
            if (!_held.TryGetValue(key, out BalancerView? before))
            {
                if (_held.Count < Most)
                    _held[key] = new BalancerView(load, now - BalancerView.FarewellFreshness - TimeSpan.FromSeconds(1));
                continue;
            }

            if ((load.Boot, load.Sequence).CompareTo((before.Load.Boot, before.Load.Sequence)) <= 0)
                continue;
            matters |= !before.IsFresh(now) || (before.Load.Serving, before.Load.Draining, before.Load.Leaving) != (load.Serving, load.Draining, load.Leaving);
            _held[key] = new BalancerView(load, now);
        }

        return matters;
    }

    public void Forget(TimeSpan now)
    {
        foreach ((string, string) key in _held.Where(pair => now - pair.Value.LastAdvanced > Remembered).Select(pair => pair.Key).ToList())
            _held.Remove(key);
    }
}

using GslbServer.Steering;

namespace GslbServer;

/// <summary>What each vantage saw of each monitor in the last minutes: the worst of every slot. One thread writes; readers take a copy under the gate.</summary>
internal sealed class HealthHistory
{
    public const int Slots = 60;

    /// <summary>More cells than a page can show; what comes beyond has no history.</summary>
    private const int MostCells = 4_096;

    public static readonly TimeSpan Slot = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Node, string Monitor), char[]> _cells = [];
    private readonly Lock _gate = new();
    private long _slot = -1;

    public void Look(IReadOnlyList<VantageView> vantages, DateTimeOffset utcNow)
    {
        lock (_gate)
        {
            MoveTo(SlotOf(utcNow));
            foreach (VantageView view in vantages)
            {
                foreach (Observation seen in view.Report.Observations)
                {
                    (string, string) key = (view.Report.Node, seen.Monitor);
                    if (!_cells.TryGetValue(key, out char[]? cell))
                    {
                        if (_cells.Count >= MostCells)
                            return;
                        _cells[key] = cell = [.. Enumerable.Repeat('.', Slots)];
                    }

                    cell[^1] = Worst(cell[^1], seen);
                }
            }
        }
    }

    public HealthStrips Read(Topology topology)
    {
        lock (_gate)
        {
            ILookup<string, (string Node, string Strip)> strips = _cells.ToLookup(cell => cell.Key.Monitor, cell => (cell.Key.Node, new string(cell.Value)), StringComparer.Ordinal);
            return new HealthStrips(_slot, Slot.TotalSeconds, [.. topology.Monitors.SelectMany(monitor => strips[monitor.Key].Select(one =>
                new HealthStrip(one.Node, topology.Regions[monitor.Region].Name, topology.Checks[monitor.Check].Name, monitor.Address?.ToString() ?? monitor.HostName ?? "", one.Strip)))]);
        }
    }

    public static long SlotOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)Slot.TotalSeconds;

    /// <summary>u up, f failing but not yet down, d down.</summary>
    private static char Worst(char before, Observation seen)
    {
        char now = seen.Verdict == Verdict.Down ? 'd' : seen.Streak < 0 ? 'f' : seen.Verdict == Verdict.Up ? 'u' : '.';
        const string order = ".ufd";
        return order.IndexOf(now, StringComparison.Ordinal) > order.IndexOf(before, StringComparison.Ordinal) ? now : before;
    }

    private void MoveTo(long slot)
    {
        int steps = _slot < 0 ? 0 : (int)Math.Clamp(slot - _slot, 0, Slots);
        _slot = slot;
        if (steps == 0)
            return;
        foreach ((string, string) gone in _cells.Where(cell => cell.Value.AsSpan().IndexOfAnyExcept('.') < 0).Select(cell => cell.Key).ToArray())
            _cells.Remove(gone);
        foreach (char[] cell in _cells.Values)
        {
            cell.AsSpan(steps).CopyTo(cell);
            cell.AsSpan(Slots - steps).Fill('.');
        }
    }
}

/// <param name="Slot">Number of the last one: seconds since 1970 divided by <paramref name="SlotSeconds"/>.</param>
internal sealed record HealthStrips(long Slot, double SlotSeconds, IReadOnlyList<HealthStrip> Cells);

/// <param name="Strip">One character a slot, the newest last: u up, f failing, d down, . nothing known.</param>
internal sealed record HealthStrip(string Node, string Region, string Check, string Address, string Strip);

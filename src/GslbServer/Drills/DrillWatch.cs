using GslbServer.Probing;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Carries drills out on this node: has the probes of a drilled region count as failed, takes down what follows, and takes the drill back on all nodes the moment that it leaves a
/// steered name without a serving target. Looks at each publication; between them nothing can change.</summary>
internal sealed class DrillWatch(string node, StateFeed feed, ProbeSchedule probes, DrillBook book, AuditTrail audit, TimeProvider time)
{
    /// <summary>Notes are told to the other nodes for so long after a drill.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DrillRecorder> _recorders = [];
    private HashSet<string> _failing = [];

    /// <summary>Drills under way and of late, the newest first.</summary>
    public IReadOnlyList<DrillHistory> All => book.All;

    /// <summary>Called with each table once it is in force, by one thread at a time.</summary>
    public void Look(SteeringTable table)
    {
        OperatorOverride[] known = [.. feed.Overrides.Where(Drill.IsDrill)];
        if (known.Length == 0 && _recorders.Count == 0)
        {
            return;
        }

        DateTimeOffset utcNow = time.GetUtcNow();
        bool isNew = false;
        foreach (OperatorOverride value in known)
        {
            isNew |= book.Take(value);
            Hear(value, table, utcNow);
        }

        var failing = new HashSet<string>();
        var cancelled = new HashSet<string>();
        foreach (DrillRecorder recorder in _recorders.Values)
        {
            Follow(recorder, known.FirstOrDefault(value => value.Target == Drill.TargetOf(recorder.Drill.Region)), table, utcNow, failing, cancelled);
        }

        if (cancelled.Count > 0 || !failing.SetEquals(_failing))
        {
            probes.Drill(failing, cancelled);
            _failing = failing;
        }

        Tell(utcNow, isNew);
    }

    /// <summary>A drill that has just come, or that this node was in before it was started again.</summary>
    private void Hear(OperatorOverride value, SteeringTable table, DateTimeOffset utcNow)
    {
        if (Drill.Of(value) is not { } drill || _recorders.ContainsKey(drill.Id) || utcNow >= drill.EndsAt || DrillScope.Of(table.Plan.Topology, drill.Region) is not { } scope)
        {
            return;
        }

        _recorders[drill.Id] = book.NotesOf(drill.Id, node) is { } before
            ? new DrillRecorder(drill, before, table.Health.Now - (utcNow - before.HeardAt)) : new DrillRecorder(drill, node, utcNow, table.Health.Now, scope, table);
    }

    /// <param name="carrier">The override under the drill's target now: the drill, a later one, or a tombstone.</param>
    private void Follow(DrillRecorder recorder, OperatorOverride? carrier, SteeringTable table, DateTimeOffset utcNow, HashSet<string> failing, HashSet<string> cancelled)
    {
        if (recorder.IsComplete || DrillScope.Of(table.Plan.Topology, recorder.Drill.Region) is not { } scope)
        {
            return;
        }

        IEnumerable<string> keys = scope.Monitors.Select(monitor => table.Plan.Topology.Monitors[monitor].Key);
        bool isUnderWay = !recorder.IsEnded && carrier is not null && Drill.Of(carrier)?.Id == recorder.Drill.Id && !recorder.IsOver(table.Health.Now, utcNow);
        if (!isUnderWay)
        {
            if (!recorder.IsEnded && carrier is not null && Drill.IsCancelled(carrier))
            {
                cancelled.UnionWith(keys);
            }

            recorder.End(table.Health.Now);
        }

        recorder.Look(scope, table, feed.Vantages[0].Report.Observations);
        if (!isUnderWay)
        {
            return;
        }

        if (!recorder.Drill.Forced && scope.NameWithoutTarget(table) is { } name)
        {
            cancelled.UnionWith(keys);
            recorder.End(table.Health.Now);
            // Off this thread: it waits for disk and stores. Every node that sees the same does the same.
            OperatorOverride end = Drill.Ended(carrier!, node, $"{name} would have no serving target", isCancelled: true, utcNow);
            _ = Task.Run(() => feed.PutAsync(end, CancellationToken.None));
            audit.Add("drill", end.Target, entry => entry with { From = "drill", To = "none", Reason = end.Reason, Result = "cancelled" });
            return;
        }

        failing.UnionWith(keys);
    }

    private void Tell(DateTimeOffset utcNow, bool isNew)
    {
        foreach (DrillRecorder old in _recorders.Values.Where(r => utcNow > r.Drill.EndsAt + Told).ToArray())
        {
            _recorders.Remove(old.Drill.Id);
        }

        DrillNotes[] own = [.. _recorders.Values.Select(recorder => recorder.Notes(utcNow))];
        feed.Note(own);
        isNew |= book.Take([.. own.Select(notes => (notes, 0.0)), .. feed.Vantages.Skip(1).SelectMany(vantage => vantage.Report.Drills.Select(notes => (notes, Skew(vantage, notes, utcNow))))]);
        if (isNew)
        {
            _ = Task.Run(book.Save);
        }
    }

    /// <summary>Its clock, less ours at about the time when it said so.</summary>
    private double Skew(VantageView vantage, DrillNotes notes, DateTimeOffset utcNow) => (notes.Clock - (utcNow - (time.Now() - vantage.LastAdvanced))).TotalMilliseconds;
}

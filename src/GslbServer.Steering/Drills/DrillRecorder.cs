namespace GslbServer.Steering;

/// <summary>Takes down what a drill does on this node, publication by publication. Pure: time and tables are passed in.</summary>
public sealed class DrillRecorder
{
    private readonly TimeSpan _heard;
    private readonly List<DrillMark> _marks = [];
    private readonly DrillTrafficLog _traffic = new();
    private readonly int _shortBefore;

    public DrillRecorder(Drill drill, string node, DateTimeOffset heardAt, TimeSpan heard, DrillScope scope, SteeringTable before)
    {
        (Drill, Node, HeardAt, _heard) = (drill, node, heardAt, heard);
        (int serving, _shortBefore, uint ttl) = scope.Look(before);
        Mark(DrillMarks.Heard, heard, serving, (int)ttl);
    }

    /// <summary>Goes on where this node was before it was started again.</summary>
    public DrillRecorder(Drill drill, DrillNotes before, TimeSpan heard)
    {
        (Drill, Node, HeardAt, _heard) = (drill, before.Node, before.HeardAt, heard);
        _marks.AddRange(before.Marks);
        _traffic.Restore(before.Traffic);
    }

    public Drill Drill { get; }

    public DateTimeOffset HeardAt { get; }

    /// <summary>The region answers again with full TTLs; nothing more will come.</summary>
    public bool IsComplete => Has(DrillMarks.FullTtl);

    public bool IsEnded => Has(DrillMarks.Ended);

    private string Node { get; }

    public DrillNotes Notes(DateTimeOffset clock) => new(Drill.Id, Node, HeardAt, clock, [.. _marks]) { Traffic = _traffic.Samples };

    /// <summary>By this node's own clocks, whichever says so first: it must end though its wall clock is behind.</summary>
    public bool IsOver(TimeSpan now, DateTimeOffset utcNow) => utcNow >= Drill.EndsAt || now - _heard >= Drill.Length;

    public void End(TimeSpan now)
    {
        if (!IsEnded)
            Mark(DrillMarks.Ended, now, 1);
    }

    /// <param name="own">What this node's prober sees.</param>
    public void Look(DrillScope scope, SteeringTable table, IReadOnlyList<Observation> own)
    {
        TimeSpan now = table.Health.Now;
        if (scope.Traffic(table) is { } traffic)
            _traffic.Add(new DrillTraffic(Since(now), Math.Round(traffic.Old, 1), Math.Round(traffic.New, 1)));
        int down = scope.Monitors.Count(monitor => table.Health.Monitors[monitor].Verdict == Verdict.Down);
        (int serving, int shortened, uint ttl) = scope.Look(table);
        if (IsEnded)
        {
            LookAtReturn(scope, now, down, serving, shortened, ttl);
            return;
        }

        if (!Has(DrillMarks.FailedProbe))
        {
            HashSet<string> keys = [.. scope.Monitors.Select(monitor => table.Plan.Topology.Monitors[monitor].Key)];
            int failing = own.Count(seen => seen.Streak < 0 && keys.Contains(seen.Monitor));
            if (failing > 0)
                Mark(DrillMarks.FailedProbe, now, failing);
        }

        if (!Has(DrillMarks.ShortTtl) && shortened > _shortBefore)
            Mark(DrillMarks.ShortTtl, now, shortened, (int)ttl);
        Grow(DrillMarks.Down, now, down);
        Grow(DrillMarks.NewAnswer, now, ServingBefore - serving);
    }

    private void LookAtReturn(DrillScope scope, TimeSpan now, int down, int serving, int shortened, uint ttl)
    {
        if (Has(DrillMarks.Down))
            Grow(DrillMarks.Up, now, scope.Monitors.Length - down);
        if (Has(DrillMarks.NewAnswer))
            Grow(DrillMarks.OldAnswer, now, serving);
        if (down == 0 && serving >= ServingBefore && shortened == 0 && !IsComplete)
            Mark(DrillMarks.FullTtl, now, 1, (int)ttl);
    }

    /// <summary>It happened to so many by now.</summary>
    private void Grow(string kind, TimeSpan now, int count)
    {
        int at = _marks.FindIndex(mark => mark.Kind == kind);
        if (at < 0 && count > 0)
            Mark(kind, now, count);
        else if (at >= 0 && count > _marks[at].Count)
            _marks[at] = _marks[at] with { Count = count, LastMs = Since(now) };
    }

    private bool Has(string kind) => _marks.Exists(mark => mark.Kind == kind);

    /// <summary>Names that answered with the region when the drill was heard of: those can stop to.</summary>
    private int ServingBefore => _marks.Find(mark => mark.Kind == DrillMarks.Heard)?.Count ?? 0;

    private void Mark(string kind, TimeSpan now, int count, int value = 0) => _marks.Add(new DrillMark(kind, Since(now), Since(now), count, value));

    private double Since(TimeSpan now) => Math.Round(Math.Max(0, (now - _heard).TotalMilliseconds));
}

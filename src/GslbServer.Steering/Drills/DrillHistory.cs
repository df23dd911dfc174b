namespace GslbServer.Steering;

/// <summary>One drill and what all nodes saw of it: what a report is made of, also long after.</summary>
/// <param name="EndedBy">Who took it back; empty otherwise.</param>
/// <param name="IsCancelled">It had to end at once.</param>
/// <param name="EndedAt">When it was taken back, by the clock of the node that was asked; null: it ends by itself.</param>
public sealed record DrillHistory(Drill Drill, IReadOnlyList<DrillWitness> Witnesses, string EndedBy = "", string EndedWhy = "", bool IsCancelled = false, DateTimeOffset? EndedAt = null)
{
    /// <summary>How many drills are remembered.</summary>
    public const int Kept = 50;
}

/// <param name="SkewMs">How far the node's wall clock was ahead of the reader's when it was last heard of this; a second more or less, for the way of the message.</param>
public sealed record DrillWitness(DrillNotes Notes, double SkewMs);

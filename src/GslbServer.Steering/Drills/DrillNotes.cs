namespace GslbServer.Steering;

/// <summary>What one node saw of one drill. Small, and in every report of the node until an hour after the drill.</summary>
/// <param name="Drill"><see cref="Steering.Drill.Id"/>.</param>
/// <param name="Node">Who saw it.</param>
/// <param name="HeardAt">When it heard of the drill, by its own wall clock.</param>
/// <param name="Clock">Its wall clock when the report was made: what a reader compares with its own.</param>
/// <param name="Marks">In the order in which they came.</param>
public sealed record DrillNotes(string Drill, string Node, DateTimeOffset HeardAt, DateTimeOffset Clock, IReadOnlyList<DrillMark> Marks)
{
    public const int MaxMarks = 16;

    /// <summary>What balancers reported meanwhile; empty where they report nothing.</summary>
    public IReadOnlyList<DrillTraffic> Traffic
    {
        get;
        init => field = value ?? []; // records of versions that tell none
    } = [];

    /// <summary>Without this mark it did not come to that.</summary>
    public DrillMark? Find(string kind) => Marks.FirstOrDefault(mark => mark.Kind == kind);
}

/// <summary>Something that happened on a node, once or to several things.</summary>
/// <param name="Kind">One of <see cref="DrillMarks"/>.</param>
/// <param name="FirstMs">Milliseconds since the node heard of the drill, by its monotonic clock: for the first thing that it happened to.</param>
/// <param name="LastMs">For the last one.</param>
/// <param name="Count">How many.</param>
/// <param name="Value">A TTL in seconds where the mark is about one.</param>
public sealed record DrillMark(string Kind, double FirstMs, double LastMs, int Count, int Value = 0);

/// <summary>The kinds of marks, in the order of a drill that goes well.</summary>
public static class DrillMarks
{
    /// <summary>The node heard of it, with so many names that answer with the region; the value is the smallest TTL of these.</summary>
    public const string Heard = "heard";

    /// <summary>Its first probe that counts as failed.</summary>
    public const string FailedProbe = "failedProbe";

    /// <summary>TTLs fell; the value is the TTL then.</summary>
    public const string ShortTtl = "shortTtl";

    /// <summary>The verdict of the region's monitors turned to down here.</summary>
    public const string Down = "down";

    /// <summary>Names stopped answering with the region here.</summary>
    public const string NewAnswer = "newAnswer";

    /// <summary>It is over for this node.</summary>
    public const string Ended = "ended";

    /// <summary>The verdicts are up again.</summary>
    public const string Up = "up";

    /// <summary>Names answer with the region to everybody again.</summary>
    public const string OldAnswer = "oldAnswer";

    /// <summary>TTLs are as before; the value is the TTL.</summary>
    public const string FullTtl = "fullTtl";

    public static readonly IReadOnlyList<string> All = [Heard, FailedProbe, ShortTtl, Down, NewAnswer, Ended, Up, OldAnswer, FullTtl];
}

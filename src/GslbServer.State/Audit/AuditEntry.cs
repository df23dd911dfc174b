using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Something that happened, for whoever asks later who did what, and why. Written once, never changed.</summary>
/// <param name="Id">Orders entries of all nodes, as revisions order overrides: milliseconds since 1970 (15 digits), a counter, the writing node. One entry has one id wherever it is kept.</param>
/// <param name="At">By the writer's wall clock.</param>
/// <param name="Node">Who wrote it; empty for what follows from the clock alone and is the same entry on every node.</param>
/// <param name="Kind"><c>override</c>, <c>transition</c>, <c>reload</c>, <c>drill</c>.</param>
/// <param name="Subject">An override's target (a drill's is <c>drill:REGION</c>), a region and its monitor, a path.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, string Node, string Kind, string Subject)
{
    /// <summary>Before and after: <c>none</c>, <c>drain</c>, <c>up</c>.</summary>
    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>The operator; null where none was.</summary>
    public string? Who { get; init; }

    /// <summary>Where it was asked for: the address of the client, a signal, a file.</summary>
    public string? Origin { get; init; }

    /// <summary>The operator's reason, or what was seen.</summary>
    public string? Reason { get; init; }

    public bool Forced { get; init; }

    /// <summary>What came of it: <c>stored</c>, <c>refused: ...</c>.</summary>
    public string? Result { get; init; }

    /// <summary>Of the override.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether it is about a target: the subject itself, or a region, address or name that it is made of. <c>eu-west</c> finds <c>www.gslb.example.@eu-west</c>.</summary>
    public bool IsAbout(string target)
    {
        string word = target.Trim().ToLowerInvariant();
        return Subject.Equals(word, StringComparison.OrdinalIgnoreCase) || Subject.ToLowerInvariant().Split([' ', '/', '@', ':'], StringSplitOptions.RemoveEmptyEntries)
            .Any(part => part == word || part == word + "." || part.StartsWith(word + ".", StringComparison.Ordinal));
    }

    /// <summary>The entry of an override's start or end by the clock: every node makes the same one.</summary>
    /// <param name="at">When it was to begin or end.</param>
    public static AuditEntry ByTheClock(OperatorOverride value, DateTimeOffset at, string from, string to) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds():D15}-000000-{value.Target}"), at, "", Drill.IsDrill(value) ? "drill" : "override", value.Target)
        {
            From = from,
            To = to,
            Who = value.Owner,
            Reason = value.Reason,
            Forced = value.Forced,
            Result = to == "none" ? "ended by itself" : "began as scheduled",
            Revision = value.Revision,
        };
}

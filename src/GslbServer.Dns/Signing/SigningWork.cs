namespace GslbServer.Dns;

/// <summary>With what a zone is signed, and what may be used again.</summary>
public sealed record SigningWork(ZoneKeySet Keys, DateTimeOffset Now)
{
    /// <summary>By steering index, the address types that a steered name may ever answer.</summary>
    public Func<int, AddressTypes> SteeredTypes { get; init; } = _ => AddressTypes.None;

    /// <summary>The same zone, or an earlier one at the same apex: its signatures of what has not changed are kept while they are good for long.</summary>
    public Zone? Before { get; init; }

    /// <summary>Where signatures of steered answers are kept; shared by all zones of a node.</summary>
    public required AnswerSignatures Answers { get; init; }

    /// <summary>Threads that sign at once: all there are when a node starts, one beside its answers.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Told now and then how many names of how many are done; from any thread.</summary>
    public Action<int, int>? Progress { get; init; }
}

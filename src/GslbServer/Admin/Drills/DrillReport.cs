using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One drill as the API and <c>gslb drill report --json</c> show it. Times in milliseconds are since the first node heard of it, with each node's clock set right.</summary>
internal sealed record DrillReport
{
    /// <summary>A clock that differs by less is not worth a word: it cannot be told from the way of the message.</summary>
    private const double SkewWorthSaying = 2_000;

    public required string Id { get; init; }

    public required string Region { get; init; }

    /// <summary><c>running</c>; <c>ended</c> by itself, <c>stopped</c> by an operator, <c>cancelled</c> because a name was left without a target.</summary>
    public required string State { get; init; }

    public required string Reason { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who ended it, and why it was cancelled; empty where it ended by itself.</summary>
    public required string Ended { get; init; }

    public required bool Forced { get; init; }

    /// <summary>Steered names that have the region as a target, at most 100.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Addresses of the region, at most 100.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    public required IReadOnlyList<DrillNodeReport> Nodes { get; init; }

    /// <summary>Requests per second at the drilled region and at the others, as one node heard it from balancers; empty where they report nothing.</summary>
    public IReadOnlyList<DrillTraffic> Traffic { get; init; } = [];

    /// <summary>What resolvers answer now, where <c>--resolver</c> asks for it.</summary>
    public IReadOnlyList<DrillResolverReport> Resolvers { get; init; } = [];

    public required IReadOnlyList<string> Warnings { get; init; }

    public static DrillReport Of(DrillHistory history, Topology topology, DateTimeOffset utcNow)
    {
        Drill drill = history.Drill;
        DrillScope? scope = DrillScope.Of(topology, drill.Region);
        DateTimeOffset zero = history.Witnesses.Select(Aligned).DefaultIfEmpty(drill.StartedAt).Min();
        bool isOver = history.EndedAt is not null || utcNow >= drill.EndsAt;
        return new DrillReport
        {
            Id = drill.Id,
            Region = drill.Region,
            State = history.IsCancelled ? "cancelled" : history.EndedAt is not null ? "stopped" : isOver ? "ended" : "running",
            Reason = drill.Reason,
            Owner = drill.Owner,
            StartedAt = drill.StartedAt,
            EndsAt = drill.EndsAt,
            EndedAt = history.EndedAt ?? (isOver ? drill.EndsAt : null),
            Ended = history.EndedAt is null ? "" : history.IsCancelled ? $"by {history.EndedBy}: {Drill.WhyCancelled(history.EndedWhy)}" : $"by {history.EndedBy}",
            Forced = drill.Forced,
            Names = [.. (scope?.Names ?? []).Take(100).Select(name => topology.Names[name.Name].Owner)],
            Addresses = [.. topology.Regions.Where(region => region.Label == drill.Region || region.Name == drill.Region).SelectMany(region => region.Addresses).Take(100).Select(a => a.ToString())],
            Nodes = [.. history.Witnesses.Select(witness => DrillNodeReport.Of(witness, zero))],
            Traffic = history.Witnesses.MaxBy(witness => witness.Notes.Traffic.Count) is { } told
                ? [.. told.Notes.Traffic.Select(sample => sample with { AtMs = sample.AtMs + Since(told, zero) })] : [],
            Warnings = [.. WarningsOf(history, scope)],
        };
    }

    /// <summary>By the asked node's clock.</summary>
    internal static DateTimeOffset Aligned(DrillWitness witness) => witness.Notes.HeardAt.AddMilliseconds(IsSkewed(witness) ? -witness.SkewMs : 0);

    /// <summary>Milliseconds from the first node's hearing of it to this one's.</summary>
    internal static double Since(DrillWitness witness, DateTimeOffset zero) => Math.Max(0, Math.Round((Aligned(witness) - zero).TotalMilliseconds));

    private static bool IsSkewed(DrillWitness witness) => Math.Abs(witness.SkewMs) >= SkewWorthSaying;

    private static IEnumerable<string> WarningsOf(DrillHistory history, DrillScope? scope)
    {
        if (scope is null)
        {
            yield return $"{history.Drill.Region} is no longer a region of this node's zones";
        }

        foreach (DrillWitness witness in history.Witnesses.Where(IsSkewed))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the clock of {witness.Notes.Node} is {Math.Abs(witness.SkewMs) / 1000:0.#} s {(witness.SkewMs > 0 ? "ahead of" : "behind")} this node's: its times are set right here, and it may end drills that much {(witness.SkewMs > 0 ? "earlier" : "later")}");
        }
    }
}

/// <param name="ClockSkewMs">Its wall clock less the asked node's.</param>
internal sealed record DrillNodeReport(string Node, double ClockSkewMs, IReadOnlyList<DrillMark> Marks)
{
    public static DrillNodeReport Of(DrillWitness witness, DateTimeOffset zero)
    {
        double heard = DrillReport.Since(witness, zero);
        return new DrillNodeReport(witness.Notes.Node, witness.SkewMs,
            [.. witness.Notes.Marks.Select(mark => mark with { FirstMs = heard + mark.FirstMs, LastMs = heard + mark.LastMs })]);
    }
}

/// <param name="HasOld">An address of the drilled region is among them.</param>
/// <param name="Problem">Empty where it answered.</param>
internal sealed record DrillResolverReport(string Resolver, string Name, IReadOnlyList<string> Addresses, int Ttl, bool HasOld, string Problem);

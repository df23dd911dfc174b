using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone as <c>/api/v1/zones/{zone}</c> shows it.</summary>
/// <param name="Serial">As it is served: what updates did and pushes that forgot it have raised it.</param>
/// <param name="Source"><c>file</c>, <c>pushed</c> or <c>primary</c>.</param>
/// <param name="File">The zone file of this name; not served while the zone is pushed.</param>
/// <param name="Version">The pushed version that this node serves.</param>
/// <param name="Problem">Why it does not serve the version that it should.</param>
/// <param name="Etag">Of the records as written; for <c>If-Match</c>.</param>
/// <param name="Text">As written; null where it cannot be read.</param>
/// <param name="Rrsets">As written, names absolute.</param>
/// <param name="Updates">What dynamic updates changed beside it: one line each, <c>+</c> or <c>-</c>.</param>
internal sealed record ZoneView(string Zone, uint? Serial, string Source, string? File, int? Version, string? Problem, PushCanary? Canary, string? Etag, IReadOnlyList<ZoneNodeView> Nodes, string? Text,
    IReadOnlyList<RRsetView>? Rrsets, IReadOnlyList<string> Updates);

/// <summary>What a node says that it serves of a pushed zone.</summary>
/// <param name="Wanted">The version that it should serve; null: the file.</param>
internal sealed record ZoneNodeView(string Node, int? Wanted, int? Version, string? Problem)
{
    public const string Unheard = "not heard from yet";
}

/// <param name="Name">Absolute, or relative to the zone in what is sent; <c>@</c> is the apex.</param>
/// <param name="Records">Each as a zone file has it behind the type.</param>
internal sealed record RRsetView(string Name, string Type, uint Ttl, IReadOnlyList<string> Records)
{
    /// <summary>The RRsets of a zone, SOA first.</summary>
    public static IReadOnlyList<RRsetView> Of(ZoneFile file) => [.. file.Records.GroupBy(r => (r.Owner, r.Type)).OrderBy(g => g.Key.Type != RecordType.SOA).ThenBy(g => g.Key.Owner).ThenBy(g => g.Key.Type)
        .Select(g => new RRsetView(g.Key.Owner.ToString(), RecordTypeName.Of(g.Key.Type), g.First().Ttl, [.. g.Select(r => RdataText.Format(r.Type, r.Rdata))]))];
}

/// <summary>Body of a push. Of <c>text</c> and <c>rrsets</c> one.</summary>
/// <param name="Text">A whole zone file; it may include nothing.</param>
/// <param name="Rrsets">All RRsets; without a SOA that of the zone as it is stays.</param>
/// <param name="Canary">A node that tries it alone.</param>
/// <param name="DryRun">Judge it, and change nothing.</param>
internal sealed record ZonePushRequest(string? Text, IReadOnlyList<RRsetView>? Rrsets, string? Message, string? Canary, bool? DryRun);

/// <summary>Body of a rollback.</summary>
/// <param name="To">Null: the version before.</param>
internal sealed record ZoneRollbackRequest(int? To, string? Message);

/// <param name="Changed">False where the same text is served already, or it was a dry run.</param>
internal sealed record ZonePushResult(string Zone, int? Version, bool Changed, string? Canary, string? Etag, IReadOnlyList<string> Warnings)
{
    /// <summary>Stores that do not have it yet; they get it when they return.</summary>
    public IReadOnlyList<string> Unreached { get; init; } = [];
}

/// <param name="State"><c>current</c>, <c>canary</c> or empty.</param>
internal sealed record ZoneVersionView(int Version, string State, uint Serial, string Author, DateTimeOffset At, string? Message, string Hash, string? Text);

internal sealed record ZoneListEntry(string Zone, uint? Serial, string Source, int? Version, string? Problem, PushCanary? Canary, int Updates);

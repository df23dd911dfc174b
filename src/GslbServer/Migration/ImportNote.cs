using GslbServer.Dns;

namespace GslbServer;

/// <summary>Something of another system that was not carried over, or that needs an eye.</summary>
/// <param name="At">Where it stands; null where the source has no lines, or all of it is meant.</param>
/// <param name="Subject">The record, name or setting.</param>
/// <param name="Instead">What to do; null where nothing is left to do.</param>
internal sealed record ImportNote(SourcePosition? At, string Subject, string What, string? Instead)
{
    /// <summary>One line, whatever stands in the source: nothing of it acts on a terminal.</summary>
    public override string ToString() => string.Concat($"{(At is { } at ? $"{at}: " : "")}{Subject}: {What}{(Instead is null ? "" : $"; {Instead}")}".Select(c => char.IsControl(c) ? '?' : c));
}

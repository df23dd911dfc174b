using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GslbServer.State;

/// <summary>A report as a store gave it: the header, and what of the rest the reader lacked. Foreign until it is verified and understood.</summary>
/// <param name="Record">Null where the reader has what <paramref name="Deltas"/> build upon.</param>
/// <param name="Deltas">In order, the last of them of <paramref name="Revision"/>.</param>
internal sealed record StoredReport(string Node, long Boot, long Sequence, long Revision, string Tag, long RecordRevision, byte[]? Record, string RecordTag, IReadOnlyList<byte[]> Deltas)
{
    /// <summary>Beyond this no number is one of ours: stores compare them as doubles.</summary>
    public const long MaxNumber = (1L << 53) - 1;

    /// <summary>Seconds by which a boot may lie ahead of the writer's own before it is not believed to be an earlier life's, or a double's: ten years.</summary>
    public const long MaxLead = 315_360_000;

    /// <summary>Written by a node that knows no revisions: the record is all there is, and unsigned.</summary>
    public bool IsPlain => Revision == 0;

    public static bool TryNumber([NotNullWhen(true)] string? text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MaxNumber;
}

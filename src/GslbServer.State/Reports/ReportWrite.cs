using System.Globalization;

namespace GslbServer.State;

/// <summary>One write of a report: always its header, and of the rest what changed.</summary>
/// <param name="Revision">Of its content; advances with each change.</param>
/// <param name="Before">The revision that <paramref name="Delta"/> builds upon; 0 where this builds upon nothing.</param>
/// <param name="Record">The whole, where it is due; null where what the store has will do.</param>
/// <param name="Delta">What changed since <paramref name="Before"/>; null for nothing.</param>
internal sealed record ReportWrite(string Node, long Boot, long Sequence, long Revision, long Before, byte[]? Record, byte[]? Delta)
{
    public bool IsFresh => Before == 0;

    /// <summary>What is signed each second.</summary>
    public static byte[] Header(long boot, long sequence, long revision) => System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{boot}/{sequence}/{revision}"));
}

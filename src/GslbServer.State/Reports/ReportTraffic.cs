using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Octets that a node's reports cost, by the encoding that the stores use: for planning and simulation. Feed it one report each second.</summary>
public sealed class ReportTraffic
{
    /// <summary>Numbers, names and the protocol's own words around each header and each part, rounded up.</summary>
    private const int Header = 160, Part = 64;

    private readonly ReportWriter _writer = new();

    /// <returns>What the node writes, and what each reader that follows reads of it.</returns>
    public (int Written, int ReadByEach) Next(VantageReport report)
    {
        ReportWrite write = _writer.Next(report);
        int delta = Size(write.Delta), record = Size(write.Record);
        return (Header + record + delta, Header + (write.IsFresh ? record : delta));
    }

    private static int Size(byte[]? part) => part is null ? 0 : part.Length + Part;
}

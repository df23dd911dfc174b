using GslbServer.Steering;

namespace GslbServer;

/// <summary>The map in force and how it came about.</summary>
/// <param name="Hash">16 hexadecimal digits; equal on nodes that steer by the same map. Empty while nothing is measured.</param>
/// <param name="AgeSeconds">Since the end of the epoch that it tells of; null while nothing is measured.</param>
/// <param name="Region">Which region this node measures; null: none, because it was not told where it stands.</param>
/// <param name="Cells">Prefixes that this node measured itself.</param>
/// <param name="Imported">Rows that an operator brought to this node.</param>
/// <param name="Moved">Prefixes whose first region changed in this epoch.</param>
/// <param name="Postponed">Those that would have, but for the limit of moves in one epoch.</param>
/// <param name="GeoInvalid">Prefixes whose round trips prove the geo database wrong.</param>
/// <param name="Trials">What moves did, beside what they promised and beside those held out.</param>
/// <param name="Explored">Prefixes that are sent to another region for some minutes, to measure it.</param>
/// <param name="ExploredShare">Theirs of all samples, 0 to 1.</param>
internal sealed record LatencyStatus(string Hash, uint Epoch, double EpochSeconds, double? AgeSeconds, string? Region, int Prefixes, int Cells, int Imported, int Moved, int Postponed,
    int GeoInvalid, LatencyTrials Trials, int Explored, double ExploredShare)
{
    public static LatencyStatus Of(Node node)
    {
        LatencyLoop latency = node.Latency;
        LatencyMap map = latency.Map;
        return new LatencyStatus(map.IsEmpty ? "" : map.Hash, map.Epoch, node.Options.Latency.Epoch.TotalSeconds, latency.MapAge is { } age ? Math.Round(age.TotalSeconds, 1) : null,
            node.Options.Region, map.PrefixCount, latency.Meter.Cells, latency.Imported.Count, map.Moves, map.Postponed, map.GeoInvalidCount, map.Trials,
            latency.Exploration.PrefixCount, Math.Round(latency.Exploration.Share, 6));
    }
}

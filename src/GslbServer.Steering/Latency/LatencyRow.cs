namespace GslbServer.Steering;

/// <summary>What one writer knows of one prefix (or AS, or country) and region.</summary>
/// <param name="Region">Ordinal among the regions of its table.</param>
/// <param name="Samples">Decayed; at least 1.</param>
/// <param name="Median">Tenths of a millisecond, as <see cref="Spread"/>.</param>
/// <param name="Spread">Twice the distance of the lower quartile from the median: queues only ever add, so the upper one tells of them and not of the path.</param>
/// <param name="AgeMinutes">Since the last sample, when the table was written.</param>
public readonly record struct LatencyRow(LatencyKey Key, byte Region, LatencySource Source, ushort Samples, ushort Median, ushort Spread, ushort AgeMinutes)
{
    /// <summary>By key, then region.</summary>
    public static readonly Comparison<LatencyRow> InOrder = (left, right) => left.Key != right.Key ? left.Key.CompareTo(right.Key) : left.Region.CompareTo(right.Region);

    public static ushort Tenths(double ms) => (ushort)Math.Clamp(Math.Round(ms * 10), 0, ushort.MaxValue);
}

namespace GslbServer.State;

/// <param name="IsReachable">The last round was good: read in time, and what was to be written is written.</param>
/// <param name="SinceLastRead">Age of the last good read; since the start when there was none.</param>
/// <param name="Error">What failed last; null when nothing did.</param>
/// <param name="Unreadable">Records that could not be understood at the last good read.</param>
public sealed record StoreStatus(string Name, bool IsReachable, TimeSpan SinceLastRead, string? Error, int Unreadable)
{
    /// <summary>Records at the last good read that wanted a valid signature, and are not believed.</summary>
    public int Forged { get; init; }
}

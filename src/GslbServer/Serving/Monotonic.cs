namespace GslbServer;

internal static class Monotonic
{
    /// <summary>The clock of <see cref="Steering.HealthTable.Now"/>: only differences mean anything, and no one can set it.</summary>
    public static TimeSpan Now(this TimeProvider time) => time.GetElapsedTime(0);
}

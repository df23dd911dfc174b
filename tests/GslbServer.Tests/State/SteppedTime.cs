namespace GslbServer.Tests;

/// <summary>A clock that stands until it is stepped. Its wall clock can be set apart from its monotonic one. It has no timers.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ticks = TimeSpan.FromDays(3).Ticks;

    /// <summary>Wall clock minus true time.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(_ticks) + Skew;

    public void Step(double seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;
}

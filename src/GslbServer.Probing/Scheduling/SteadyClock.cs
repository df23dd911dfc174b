namespace GslbServer.Probing;

/// <summary>A wall clock that starts right and then advances by the monotonic one alone. Quartz plans by wall time; with this clock a step of the system's
/// clock neither stops the probes nor makes them all run at once.</summary>
internal sealed class SteadyClock(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _startUtc = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _startUtc + time.GetElapsedTime(_start);

    public override long GetTimestamp() => time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}

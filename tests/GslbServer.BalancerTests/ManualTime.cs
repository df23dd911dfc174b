namespace GslbServer.Balancer.Tests;

/// <summary>A clock that stands until it is moved. Timers do not run.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _nanoseconds = 1_000_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _nanoseconds);

    public void Move(TimeSpan by) => Interlocked.Add(ref _nanoseconds, by.Ticks * 100);
}

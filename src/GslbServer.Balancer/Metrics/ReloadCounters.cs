namespace GslbServer.Balancer;

/// <summary>How reloads ended. Written by the one reloading task.</summary>
internal sealed class ReloadCounters
{
    private long _applied, _refused;

    public long Applied => Volatile.Read(ref _applied);

    public long Refused => Volatile.Read(ref _refused);

    public void CountApplied() => Interlocked.Increment(ref _applied);

    public void CountRefused() => Interlocked.Increment(ref _refused);
}

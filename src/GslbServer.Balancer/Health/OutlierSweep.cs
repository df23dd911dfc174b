namespace GslbServer.Balancer;

/// <summary>When the backends of one cluster are compared next, and who may eject one of them: one thread at a time.</summary>
internal sealed class OutlierSweep
{
    private long _next;

    /// <summary>Two that fail together must not each count on the other to stay.</summary>
    public Lock Ejecting { get; } = new();

    /// <returns>True for one caller each interval.</returns>
    public bool IsDue(TimeSpan now, TimeSpan interval)
    {
        long next = Volatile.Read(ref _next);
        return now.Ticks >= next && Interlocked.CompareExchange(ref _next, (now + interval).Ticks, next) == next && next != 0;
    }
}

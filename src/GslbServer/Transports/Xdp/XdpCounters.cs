namespace GslbServer;

/// <summary>What one queue's thread counts. The values index <see cref="XdpCounters"/>.</summary>
internal enum XdpCount
{
    Received,
    Answered,

    /// <summary>Longer than a query may be.</summary>
    Oversized,

    /// <summary>Answers that the ring had no room for.</summary>
    SendRingFull,

    BadProxyHeader,

    /// <summary>Frames without a query: this one plus the <see cref="FrameFault"/>.</summary>
    Faults,
}

/// <summary>Alone on its cache lines; written by one thread, read by anyone.</summary>
internal sealed class XdpCounters
{
    private const int CacheLine = 64 / sizeof(long);
    private readonly long[] _values = new long[CacheLine + (int)XdpCount.Faults + (int)FrameFault.PortZero + 1 + CacheLine];

    public long this[XdpCount count] => Volatile.Read(ref _values[CacheLine + (int)count]);

    public long this[FrameFault fault] => this[XdpCount.Faults + (int)fault];

    public void Add(XdpCount count) => _values[CacheLine + (int)count]++;

    public void Add(FrameFault fault) => Add(XdpCount.Faults + (int)fault);
}

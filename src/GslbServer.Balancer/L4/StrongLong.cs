namespace GslbServer.Balancer;

/// <summary>A number that many threads count up.</summary>
internal sealed class StrongLong
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long count) => Interlocked.Add(ref _value, count);
}

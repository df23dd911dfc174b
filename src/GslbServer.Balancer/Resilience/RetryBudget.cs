namespace GslbServer.Balancer;

/// <summary>How many retries a cluster can afford: a share of its requests of the last 10 s, and a few per second besides. Safe for many threads; requests take no lock.</summary>
/// <remarks>The token bucket of Finagle's RetryBudget: requests put tokens in, retries take them out, both are forgotten after 10 s. Without it retries multiply the load of a cluster that fails.</remarks>
internal sealed class RetryBudget
{
    public const int TtlSeconds = 10;

    private const long Token = 1_000;

    private readonly long[] _seconds = new long[TtlSeconds];
    private readonly Lock _lock = new();
    private long _newest;

    /// <summary>One request came.</summary>
    /// <param name="now">Of a clock that does not go back.</param>
    public void Deposit(double ratio, TimeSpan now) => Interlocked.Add(ref _seconds[Turn(now)], (long)(ratio * Token));

    /// <returns>False: this retry is more than the cluster can take.</returns>
    public bool TryWithdraw(double perSecond, TimeSpan now)
    {
        int second = Turn(now);
        lock (_lock)
        {
            if (Sum(perSecond) < Token) return false;
            Interlocked.Add(ref _seconds[second], -Token);
            return true;
        }
    }

    /// <summary>Retries left.</summary>
    public double Balance(double perSecond, TimeSpan now)
    {
        Turn(now);
        return Math.Max(0, Sum(perSecond) / (double)Token);
    }

    private long Sum(double perSecond)
    {
        long sum = (long)(perSecond * TtlSeconds * Token);
        for (int i = 0; i < TtlSeconds; i++) sum += Volatile.Read(ref _seconds[i]);
        return sum;
    }

    /// <summary>Forgets what is older than 10 s.</summary>
    private int Turn(TimeSpan now)
    {
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second > Volatile.Read(ref _newest))
        {
            lock (_lock)
            {
                for (long old = Math.Max(_newest + 1, second - TtlSeconds + 1); old <= second; old++) Volatile.Write(ref _seconds[old % TtlSeconds], 0);
                _newest = Math.Max(_newest, second);
            }
        }

        return (int)(second % TtlSeconds);
    }
}

namespace GslbServer.Balancer;

/// <summary>How long one backend takes to answer: jumps up to each peak at once, comes down with time and with each quicker answer, and sinks towards 0 while nothing is known of it, so that a backend that was slow is tried again.</summary>
/// <remarks>Finagle's <c>PeakEwma</c> and linkerd's <c>ewma</c>, but for <see cref="LeastOfAnswer"/>. Both values stand in one word, so that many threads need no lock; 0 is one that has no history.</remarks>
internal sealed class PeakEwma
{
    /// <summary>What an answer counts at least, however soon after the last one it comes: a pause of the balancer itself makes all backends look slow alike, and under load, where such pauses
    /// happen, a hundred answers say more than ten seconds. By time alone a backend ten times slower would be taken for one of many.</summary>
    private const double LeastOfAnswer = 1.0 / 32;

    /// <summary>High half: cost as a 32-bit float, milliseconds. Low half: when it was known, milliseconds of some clock, which may wrap around.</summary>
    private long _state;

    /// <summary>Cost in milliseconds as it is worth now; 0 without history.</summary>
    /// <param name="nowMilliseconds">Of the same clock as in <see cref="Add"/>.</param>
    /// <param name="decayMilliseconds">Time constant: what is so old counts for 1/e.</param>
    public double Cost(long nowMilliseconds, double decayMilliseconds)
    {
        long state = Volatile.Read(ref _state);
        return state == 0 ? 0 : CostIn(state) * Remains(state, nowMilliseconds, decayMilliseconds);
    }

    /// <param name="atMilliseconds">When it was known. What is long past (a stream may end hours after its head) changes nothing that is newer.</param>
    public void Add(double sampleMilliseconds, long atMilliseconds, double decayMilliseconds)
    {
        while (true)
        {
            long before = Volatile.Read(ref _state);
            int age = before == 0 ? 0 : Age(before, atMilliseconds);
            if (age < -decayMilliseconds) return;
            double cost = CostIn(before), remains = Math.Min(Remains(before, atMilliseconds, decayMilliseconds), 1 - LeastOfAnswer);
            double after = sampleMilliseconds >= cost ? sampleMilliseconds : (cost * remains) + (sampleMilliseconds * (1 - remains));
            // Below a nanosecond it would round to "no history".
            if (Interlocked.CompareExchange(ref _state, Pack(Math.Max(after, 1e-6), age < 0 ? (uint)before : atMilliseconds), before) == before) return;
        }
    }

    private static long Pack(double cost, long now) => ((long)BitConverter.SingleToInt32Bits((float)cost) << 32) | (uint)now;

    private static double CostIn(long state) => BitConverter.Int32BitsToSingle((int)(state >> 32));

    private static int Age(long state, long now) => unchecked((int)((uint)now - (uint)state));

    /// <summary>A clock read before another thread's write may lie behind it; that is no age.</summary>
    private static double Remains(long state, long now, double decay)
    {
        int age = Age(state, now);
        return age <= 0 ? 1 : Math.Exp(-age / decay);
    }
}

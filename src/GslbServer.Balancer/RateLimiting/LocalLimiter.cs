namespace GslbServer.Balancer;

/// <summary>Counts for this balancer alone.</summary>
internal sealed class LocalLimiter(RateLimitSettings rule, TimeProvider time) : RateLimiter(rule, time)
{
    private readonly TokenRate _rate = TokenRate.Of(rule.Rate, rule.Depth);
    private readonly KeyTable<State> _table = new(rule.Per == RateLimitPer.Route ? 1024 : rule.Keys);

    public override long Evicted => _table.Evicted;

    public override RateVerdict Take(ulong key)
    {
        long now = Nanoseconds(Time);
        lock (_table.LockOf(key))
        {
            ref State state = ref _table.Find(key, now);
            bool admits = state.Bucket.TryTake(_rate, now, out long wait);
            return new RateVerdict(admits, state.Bucket.Left(_rate, now), wait);
        }
    }

    private struct State : IKeyState
    {
        public TokenBucket Bucket;

        public readonly long ForgettableAt => Bucket.FullAt;
    }
}

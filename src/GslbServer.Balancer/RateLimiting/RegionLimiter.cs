namespace GslbServer.Balancer;

/// <summary>Counts for all balancers of a region together: tokens come in leases from the store, asked for ahead of need and never waited for.</summary>
/// <remarks>What cannot wait for a lease (the first request of a key, a store that is slow) is lent, up to one lease, and paid with the next one. While the store is away, each
/// balancer gives out its own
/// share of the limit.</remarks>
internal sealed class RegionLimiter(string name, RateLimitSettings rule, LeaseDesk desk, TimeProvider time) : RateLimiter(rule, time)
{
    private const double LeaseSeconds = 0.1;

    /// <summary>A lease not used for so long is the store's again: it has grown full without it.</summary>
    private const long LeaseLifetime = 10_000_000_000;

    /// <summary>A store that has not answered for so long is away.</summary>
    private const long Patience = 250_000_000;

    /// <summary>A store that failed is asked again after this.</summary>
    private const long Pause = 500_000_000;

    private readonly KeyTable<State> _table = new(rule.Per == RateLimitPer.Route ? 1024 : rule.Keys);
    private readonly TokenRate[] _shares = [.. Enumerable.Range(1, LeaseDesk.MostBalancers).Select(balancers => TokenRate.Of(rule.Rate, rule.Depth, balancers))];

    /// <summary>Tokens of a lease: what the rate gives in 100 ms, at least one, and never so much that one balancer could hold the bucket alone.</summary>
    private readonly int _lease = Math.Clamp((int)Math.Ceiling(rule.Rate * LeaseSeconds), 1, Math.Max(1, rule.Depth / 4));

    /// <summary>As the store knows the rule.</summary>
    public string Name => name;

    public override long Evicted => _table.Evicted;

    public override RateVerdict Take(ulong key)
    {
        long now = Nanoseconds(Time);
        lock (_table.LockOf(key))
        {
            ref State state = ref _table.Find(key, now);
            if (now >= state.LeaseEnds) state.Held = 0;
            if (state.Held > 0)
            {
                state.Held--;
                if (state.Held < (_lease + 1) / 2) Ask(key, ref state, now);
                return new RateVerdict(true, state.Held, 0);
            }

            if (now < state.EmptyUntil) return new RateVerdict(false, 0, state.EmptyUntil - now);
            Ask(key, ref state, now);
            bool isAway = now < state.PauseEnds || (state.AskedAt > 0 && now - state.AskedAt > Patience);
            TokenRate share = _shares[Math.Clamp(desk.Balancers, 1, LeaseDesk.MostBalancers) - 1];
            if (!isAway && state.Lent >= _lease) return new RateVerdict(false, 0, share.Interval);
            if (!state.Share.TryTake(share, now, out long wait)) return new RateVerdict(false, 0, wait);
            if (!isAway) state.Lent++;
            return new RateVerdict(true, state.Share.Left(share, now), 0);
        }
    }

    /// <summary>The store has answered.</summary>
    /// <param name="paid">Of what was lent, as it was told.</param>
    /// <param name="waitMilliseconds">Until the store has a token; 0 while it has some.</param>
    public void Grant(ulong key, int tokens, int paid, int waitMilliseconds)
    {
        long now = Nanoseconds(Time);
        lock (_table.LockOf(key))
        {
            ref State state = ref _table.TryFind(key, out bool found);
            if (!found) return;
            state.Held = (now >= state.LeaseEnds ? 0 : state.Held) + tokens;
            state.Lent = Math.Max(0, state.Lent - paid);
            (state.AskedAt, state.PauseEnds) = (0, 0);
            state.LeaseEnds = now + LeaseLifetime;
            state.EmptyUntil = tokens > 0 ? 0 : now + (waitMilliseconds * 1_000_000L);
        }
    }

    /// <summary>The store could not be asked. What was lent is forgotten: while it is away, nobody counts.</summary>
    public void Fail(ulong key)
    {
        lock (_table.LockOf(key))
        {
            ref State state = ref _table.TryFind(key, out bool found);
            if (!found) return;
            (state.AskedAt, state.Lent, state.PauseEnds) = (0, 0, Nanoseconds(Time) + Pause);
        }
    }

    private void Ask(ulong key, ref State state, long now)
    {
        bool isAsked = state.AskedAt > 0 && now - state.AskedAt < 4 * Patience;
        if (isAsked || now < state.PauseEnds || now < state.EmptyUntil) return;
        if (desk.TryAsk(new LeaseAsk(this, key, _lease, state.Lent))) state.AskedAt = now;
    }

    private struct State : IKeyState
    {
        public int Held, Lent;
        public TokenBucket Share;

        /// <summary>All in nanoseconds.</summary>
        public long LeaseEnds, EmptyUntil, AskedAt, PauseEnds;

        public readonly long ForgettableAt => Math.Max(Math.Max(Share.FullAt, EmptyUntil), Held > 0 ? LeaseEnds : 0);
    }
}

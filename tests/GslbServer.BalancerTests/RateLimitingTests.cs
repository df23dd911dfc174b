using System.Net;
using FsCheck;
using FsCheck.Fluent;
using GslbServer.State;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests;

public sealed class RateLimitingTests
{
    [Fact]
    public void A_bucket_never_gives_more_than_its_depth_and_its_rate_in_any_stretch_of_time()
    {
        Gen<(int Rate, int Depth, int[] Steps)> runs = from rate in Gen.Choose(1, 5000)
                                                       from depth in Gen.Choose(1, 20)
                                                       from steps in Gen.Choose(0, 40_000_000).ArrayOf()
                                                       select (rate, depth, steps);
        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var rate = TokenRate.Of(run.Rate, run.Depth);
            var bucket = new TokenBucket();
            long now = 5_000_000_000;
            List<long> taken = [];
            foreach (int step in run.Steps)
            {
                now += step;
                if (bucket.TryTake(rate, now, out long wait)) taken.Add(now);
                // What it says of the wait is true, to the nanosecond.
                else if (wait <= 0 || new[] { bucket }[0].TryTake(rate, now + wait - 1, out _) || !new[] { bucket }[0].TryTake(rate, now + wait, out _)) return false;
            }

            for (int from = 0; from < taken.Count; from++)
            {
                for (int to = from; to < taken.Count; to++)
                {
                    if (to - from + 1 > run.Depth + (run.Rate * (taken[to] - taken[from]) / 1e9) + 1e-6) return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_bucket_fills_again_and_tells_what_is_left()
    {
        var rate = TokenRate.Of(10, 5);
        var bucket = new TokenBucket();
        for (int left = 4; left >= 0; left--)
        {
            Assert.True(bucket.TryTake(rate, 1_000_000_000, out _));
            Assert.Equal(left, bucket.Left(rate, 1_000_000_000));
        }

        Assert.False(bucket.TryTake(rate, 1_000_000_000, out long wait));
        Assert.Equal(100_000_000, wait);
        Assert.True(bucket.TryTake(rate, 1_100_000_000, out _));
        Assert.Equal(5, bucket.Left(rate, 60_000_000_000));
    }

    [Fact]
    public void Many_threads_at_once_get_no_more_than_the_burst()
    {
        var limiter = new LocalLimiter(new RateLimitSettings { Rate = 100, Burst = 500 }, new ManualTime());
        int admitted = 0;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 1000; i++)
            {
                if (limiter.Take(7).Admits) Interlocked.Increment(ref admitted);
            }
        });
        Assert.Equal(500, admitted);
    }

    [Fact]
    public void Keys_do_not_share_a_bucket()
    {
        var limiter = new LocalLimiter(new RateLimitSettings { Rate = 1, Burst = 1 }, new ManualTime());
        Assert.True(limiter.Take(0).Admits);
        Assert.False(limiter.Take(0).Admits);
        Assert.True(limiter.Take(2).Admits);
    }

    [Fact]
    public void Who_is_out_of_tokens_is_not_forgotten_for_a_crowd_of_others()
    {
        var time = new ManualTime();
        var limiter = new LocalLimiter(new RateLimitSettings { Rate = 1, Burst = 100, Keys = 64 }, time);
        for (int i = 0; i < 100; i++) Assert.True(limiter.Take(1).Admits);
        for (ulong other = 2; other < 20_000; other++) Assert.True(limiter.Take(other).Admits);
        Assert.False(limiter.Take(1).Admits);
        Assert.True(limiter.Evicted > 19_000);
        time.Move(TimeSpan.FromSeconds(200));
        // All are full again: to forget them costs nobody anything.
        long before = limiter.Evicted;
        for (ulong other = 30_000; other < 30_050; other++) limiter.Take(other);
        Assert.InRange(limiter.Evicted - before, 0, 50);
    }

    [Fact]
    public void A_key_is_an_IPv4_address_or_a_64_of_IPv6_or_a_text()
    {
        Assert.Equal(Key("2001:db8:0:1::1"), Key("2001:db8:0:1:ffff::9"));
        Assert.NotEqual(Key("2001:db8:0:1::1"), Key("2001:db8:0:2::1"));
        Assert.Equal(Key("192.0.2.1"), Key("::ffff:192.0.2.1"));
        Assert.NotEqual(Key("192.0.2.1"), Key("192.0.2.2"));
        Assert.NotEqual(LimitKey.Of("a"), LimitKey.Of("b"));

        static ulong Key(string address) => LimitKey.Of(IPAddress.Parse(address));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Without_the_store_each_balancer_gives_out_its_share(int balancers)
    {
        var time = new ManualTime();
        var desk = new LeaseDesk(Serving(balancers), time);
        var limiter = new RegionLimiter("r", new RateLimitSettings { Rate = 300, Burst = 600, Scope = RateLimitScope.Region }, desk, time);
        limiter.Fail(1);
        int admitted = 0;
        for (int millisecond = 0; millisecond < 10_000; millisecond++)
        {
            if (limiter.Take(1).Admits) admitted++;
            if (millisecond % 100 == 0) limiter.Fail(1);
            time.Move(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(admitted, 2900 / balancers, (3600 / balancers) + 31);
    }

    [Fact]
    public async Task Balancers_with_a_store_keep_the_limit_together()
    {
        var time = new ManualTime();
        var store = new MemoryLeases(time);
        LeaseDesk[] desks = [new LeaseDesk(Serving(2), time, store), new LeaseDesk(Serving(2), time, store)];
        RateLimitSettings rule = new() { Rate = 200, Burst = 100, Scope = RateLimitScope.Region };
        RegionLimiter[] limiters = [.. desks.Select(desk => new RegionLimiter("r", rule, desk, time))];
        int admitted = 0;
        for (int millisecond = 0; millisecond < 5000; millisecond++)
        {
            // Ten times what is allowed, on both.
            foreach (RegionLimiter limiter in limiters)
            {
                if (limiter.Take(1).Admits) admitted++;
            }

            time.Move(TimeSpan.FromMilliseconds(1));
            foreach (LeaseDesk desk in desks) await desk.LeaseWaitingAsync(default);
        }

        // 100 + 200 a second; at the end each may have lent one lease that nobody paid.
        Assert.InRange(admitted, 1000, 1100 + 40);
    }

    [Fact]
    public void An_answer_says_what_is_left_and_when_to_come_again()
    {
        HttpResponse response = new DefaultHttpContext().Response;
        RateLimitHeaders.Write(response, new RateLimitSettings { Rate = 100, Burst = 200 }, new RateVerdict(false, 0, 1_200_000_000));
        Assert.Equal(("\"address\";q=200;w=2", "\"address\";r=0;t=2", "2"), (response.Headers["RateLimit-Policy"].ToString(), response.Headers["RateLimit"].ToString(), response.Headers.RetryAfter.ToString()));
    }

    private static ServingState Serving(int balancers) => new(new Settings(new BalancerOptions { RegionBalancers = balancers }, [], []));

    /// <summary>One bucket that all share, by the same clock.</summary>
    private sealed class MemoryLeases(TimeProvider time) : ILeaseStore
    {
        private double _tokens = double.NaN;
        private long _at;

        public Task<IReadOnlyList<LeaseGrant>> TakeAsync(IReadOnlyList<LeaseRequest> requests, CancellationToken cancel)
        {
            List<LeaseGrant> grants = [];
            foreach (LeaseRequest request in requests)
            {
                double elapsed = (time.GetTimestamp() - _at) / 1e9;
                _tokens = double.IsNaN(_tokens) ? request.Depth : Math.Min(request.Depth, _tokens + (elapsed * request.Rate));
                (_tokens, _at) = (_tokens - request.Spent, time.GetTimestamp());
                int tokens = (int)Math.Clamp(Math.Floor(_tokens), 0, request.Want);
                _tokens -= tokens;
                grants.Add(new LeaseGrant(tokens, tokens > 0 ? 0 : (int)Math.Ceiling((1 - _tokens) / request.Rate * 1000)));
            }

            return Task.FromResult<IReadOnlyList<LeaseGrant>>(grants);
        }

        public Task<int> CountBalancersAsync(string region, CancellationToken cancel) => Task.FromResult(2);
    }
}

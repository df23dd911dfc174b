using Yarp.ReverseProxy.LoadBalancing;

namespace GslbServer.Balancer.Tests;

public sealed class WeightedPolicyTests
{
    private const int Requests = 40_000;

    public static TheoryData<string> Names => new() { "WeightedRoundRobin", "WeightedRandom", "WeightedLeastRequests", "WeightedPowerOfTwoChoices", "PeakEwma" };

    [Theory]
    [MemberData(nameof(Names))]
    public void Idle_backends_get_their_weights(string name)
    {
        var cluster = new PooledCluster([5, 3, 1, 0]);
        int[] picks = cluster.Picks(Policy(name, cluster), Requests);
        Assert.True(Statistics.ChiSquare(picks, [5, 3, 1, 0]) < Statistics.Critical(2), string.Join(' ', picks));
        Assert.Equal(0, picks[3]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("Prequal")]
    public void An_operators_weight_multiplies_and_0_takes_out(string name)
    {
        var cluster = new PooledCluster([1, 1, 1]);
        cluster[0].OperatorWeight = 0;
        Assert.Equal(0, cluster.Picks(Policy(name, cluster), 1000)[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("Prequal")]
    public void Where_all_weigh_0_all_serve(string name)
    {
        var cluster = new PooledCluster([0, 0, 0]);
        Assert.All(cluster.Picks(Policy(name, cluster), 1000), picks => Assert.InRange(picks, 200, 500));
    }

    /// <summary>Each request stays: what is in flight comes to stand as the weights do.</summary>
    [Theory]
    [InlineData("WeightedPowerOfTwoChoices", 0.05)]
    [InlineData("PeakEwma", 0.05)]
    [InlineData("Prequal", 0.05)]
    public void What_is_in_flight_follows_the_weights(string name, double tolerance)
    {
        var cluster = new PooledCluster([1, 2, 5]);
        ILoadBalancingPolicy policy = Policy(name, cluster);
        for (int i = 0; i < 3; i++) cluster[i].Latency.Add(10, AttemptLatency.Milliseconds(cluster.Time, cluster.Time.GetTimestamp()), 10_000);
        cluster.All[0].ConcurrentRequestCount = 200;
        for (int i = 0; i < 1600; i++) cluster.Pick(policy).ConcurrentRequestCount++;

        int[] weights = [1, 2, 5];
        for (int i = 0; i < 3; i++) Assert.InRange(cluster.All[i].ConcurrentRequestCount, 225 * weights[i] * (1 - tolerance), 225 * weights[i] * (1 + tolerance));
    }

    [Fact]
    public void Two_choices_never_take_the_busiest()
    {
        var cluster = new PooledCluster(5);
        cluster.All[2].ConcurrentRequestCount = 1;
        Assert.Equal(0, cluster.Picks(Policy("WeightedPowerOfTwoChoices", cluster), 1000)[2]);
    }

    [Fact]
    public void Least_requests_without_a_bias_go_by_weight_alone()
    {
        var cluster = new PooledCluster([3, 1], new() { LoadBalancing = new() { ActiveBias = 0 } });
        cluster.All[0].ConcurrentRequestCount = 100;
        Assert.Equal([750, 250], cluster.Picks(Policy("WeightedLeastRequests", cluster), 1000));
    }

    [Fact]
    public void Least_requests_halve_the_share_of_who_has_one_more()
    {
        var cluster = new PooledCluster([1, 1]);
        cluster.All[0].ConcurrentRequestCount = 1;
        Assert.Equal([100, 200], cluster.Picks(Policy("WeightedLeastRequests", cluster), 300));
    }

    [Fact]
    public void Only_one_request_finds_out_how_slow_a_new_backend_is()
    {
        var cluster = new PooledCluster(2);
        cluster[0].Latency.Add(50, AttemptLatency.Milliseconds(cluster.Time, cluster.Time.GetTimestamp()), 10_000);
        ILoadBalancingPolicy policy = Policy("PeakEwma", cluster);
        Assert.Same(cluster.All[1], cluster.Pick(policy));
        cluster.All[1].ConcurrentRequestCount = 1;
        Assert.Equal([50, 0], cluster.Picks(policy, 50));
    }

    [Fact]
    public void Many_threads_at_once_take_every_turn()
    {
        var cluster = new PooledCluster([5, 3, 2]);
        ILoadBalancingPolicy policy = Policy("WeightedRoundRobin", cluster);
        int[] picks = new int[3];
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 1000; i++) Interlocked.Increment(ref picks[Array.IndexOf(cluster.All, cluster.Pick(policy))]);
        });
        Assert.Equal([4000, 2400, 1600], picks);
    }

    /// <summary>Threads that pick while backends come and go get only backends that are there, and each of the policies survives it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("Prequal")]
    public async Task Backends_may_come_and_go_while_requests_are_sent(string name)
    {
        var cluster = new PooledCluster(8);
        ILoadBalancingPolicy policy = Policy(name, cluster);
        using var stop = new CancellationTokenSource();
        Task changes = Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                cluster.TakeOut(i % 8, (i + 3) % 8);
                cluster.Time.Advance(TimeSpan.FromMilliseconds(150));
            }
        });
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 5000; i++) Assert.NotNull(cluster.Pick(policy));
        });
        await stop.CancelAsync();
        await changes;
    }

    internal static ILoadBalancingPolicy Policy(string name, PooledCluster cluster) => name switch
    {
        "WeightedRoundRobin" => new WeightedRoundRobinPolicy(cluster.Traffic, cluster.Time),
        "WeightedRandom" => new WeightedRandomPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
        "WeightedLeastRequests" => new WeightedLeastRequestsPolicy(cluster.Traffic, cluster.Time),
        "WeightedPowerOfTwoChoices" => new WeightedPowerOfTwoChoicesPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
        "Prequal" => new PrequalPolicy(cluster.Traffic, cluster.Chance, new LoadProbes(cluster.Time), cluster.Time),
        _ => new PeakEwmaPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
    };
}

using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

public sealed class KeyedPolicyTests
{
    private const int Clients = 20_000;

    [Theory]
    [InlineData("RingHash", 1.0)]
    [InlineData("Maglev", 2.2)]
    [InlineData("IpHash", 1.0)]
    public void An_ejection_moves_the_keys_of_the_ejected_and_they_come_back_with_it(string name, double most)
    {
        var cluster = new PooledCluster(10);
        ILoadBalancingPolicy policy = Policy(name, cluster);
        string[] before = Picks(cluster, policy);

        cluster.TakeOut(4);
        string[] during = Picks(cluster, policy);
        cluster.TakeTraffic(cluster.All);
        string[] after = Picks(cluster, policy);

        Assert.InRange(before.Zip(during).Count(pair => pair.First != pair.Second) / (double)Clients, 0.06, (most / 10) + 0.02);
        Assert.DoesNotContain("b4", during);
        if (name != "Maglev") Assert.All(before.Zip(during).Where(pair => pair.First != "b4"), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("RingHash")]
    [InlineData("Maglev")]
    [InlineData("IpHash")]
    public void A_retry_goes_to_another_and_no_other_key_is_touched(string name)
    {
        var cluster = new PooledCluster(10);
        ILoadBalancingPolicy policy = Policy(name, cluster);
        string[] before = Picks(cluster, policy);
        DestinationState[] rest = [.. cluster.All.Where(destination => destination != cluster.All[4])];

        for (int i = 0; i < 2000; i++)
        {
            string again = policy.PickDestination(Client(i), cluster.State, rest)!.DestinationId;
            Assert.NotEqual("b4", again);
            if (before[i] != "b4") Assert.Equal(before[i], again);
        }
    }

    /// <summary>What everyone wants, on one key, would drown its backend.</summary>
    [Theory]
    [InlineData("RingHash", 1.25)]
    [InlineData("Maglev", 1.25)]
    [InlineData("RingHash", 2)]
    public void The_fullest_has_at_most_the_bound_times_the_mean_in_flight(string name, double bound)
    {
        var cluster = new PooledCluster(10, new() { LoadBalancing = new() { HashOn = ["query:q"], BoundedLoad = bound } });
        ILoadBalancingPolicy policy = Policy(name, cluster);
        var random = new Random(3);
        for (int i = 1; i <= 2000; i++)
        {
            // Half of all ask for one thing, the rest for a thousand.
            cluster.Pick(policy, Query(random.Next(2) == 0 ? 0 : random.Next(1000))).ConcurrentRequestCount++;
            Assert.InRange(cluster.All.Max(destination => destination.ConcurrentRequestCount), 0, (int)Math.Ceiling(bound * i / 10));
        }
    }

    [Fact]
    public void Without_a_bound_a_key_stays_where_it_is()
    {
        var cluster = new PooledCluster(10, new() { LoadBalancing = new() { HashOn = ["query:q"], BoundedLoad = 0 } });
        ILoadBalancingPolicy policy = Policy("RingHash", cluster);
        DestinationState own = cluster.Pick(policy, Query(1));
        own.ConcurrentRequestCount = 1000;
        Assert.Same(own, cluster.Pick(policy, Query(1)));
    }

    [Fact]
    public void A_backend_in_slow_start_is_bound_to_its_part_and_keeps_its_other_keys()
    {
        var cluster = new PooledCluster(10, new() { LoadBalancing = new() { HashOn = ["query:q"] } });
        ILoadBalancingPolicy policy = Policy("RingHash", cluster);
        string[] before = [.. Enumerable.Range(0, 500).Select(i => cluster.Pick(policy, Query(i)).DestinationId)];
        cluster.TakeOut(4);
        cluster.Pick(policy, Query(1));
        cluster.TakeTraffic(cluster.All);

        foreach (DestinationState destination in cluster.All) destination.ConcurrentRequestCount = 20;
        cluster.All[4].ConcurrentRequestCount = 4;
        Assert.DoesNotContain("b4", Enumerable.Range(0, 500).Select(i => cluster.Pick(policy, Query(i)).DestinationId));

        cluster.All[4].ConcurrentRequestCount = 1;
        foreach (DestinationState destination in cluster.All.Where(destination => destination != cluster.All[4])) destination.ConcurrentRequestCount = 19;
        Assert.Equal(before, Enumerable.Range(0, 500).Select(i => cluster.Pick(policy, Query(i)).DestinationId));
    }

    [Fact]
    public void Changed_weights_make_a_new_table_within_a_moment_and_slow_start_makes_none()
    {
        var cluster = new PooledCluster(10);
        Pool first = cluster.Pool();
        Assert.Same(first, cluster.Pool());
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(first, cluster.Pool());

        cluster[3].OperatorWeight = 0;
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        ILoadBalancingPolicy policy = Policy("Maglev", cluster);
        Assert.DoesNotContain("b3", Picks(cluster, policy));
    }

    [Fact]
    public void A_request_without_a_key_goes_to_who_has_the_least_to_do()
    {
        var cluster = new PooledCluster(2, new() { LoadBalancing = new() { HashOn = ["header:X-User"] } });
        cluster.All[0].ConcurrentRequestCount = 5;
        Assert.Equal([0, 100], cluster.Picks(Policy("RingHash", cluster), 100));
    }

    [Fact]
    public void Of_several_keys_the_first_counts_that_the_request_has()
    {
        var cluster = new PooledCluster(10, new() { LoadBalancing = new() { HashOn = ["header:X-User", "address"] } });
        ILoadBalancingPolicy policy = Policy("RingHash", cluster);
        Assert.Single(Enumerable.Range(0, 50).Select(i => cluster.Pick(policy, With(Client(i), context => context.Request.Headers["X-User"] = "anna")).DestinationId).Distinct());
        Assert.True(Enumerable.Range(0, 50).Select(i => cluster.Pick(policy, Client(i)).DestinationId).Distinct().Count() > 5);
    }

    [Fact]
    public void Ip_hash_follows_the_weights()
    {
        var cluster = new PooledCluster([1, 2, 5, 0]);
        int[] picks = cluster.Picks(Policy("IpHash", cluster), Clients, Client);
        Assert.True(Statistics.ChiSquare(picks, [1, 2, 5, 0]) < Statistics.Critical(2), string.Join(' ', picks));
        Assert.Equal(0, picks[3]);
    }

    internal static HttpContext Client(int number) => With(new DefaultHttpContext(), context => context.Connection.RemoteIpAddress = new IPAddress([192, 0, (byte)(number >> 8), (byte)number]));

    private static HttpContext Query(int number) => With(new DefaultHttpContext(), context => context.Request.QueryString = new($"?q={number}"));

    private static HttpContext With(HttpContext context, Action<HttpContext> change)
    {
        change(context);
        return context;
    }

    private static string[] Picks(PooledCluster cluster, ILoadBalancingPolicy policy) => [.. Enumerable.Range(0, Clients).Select(i => cluster.Pick(policy, Client(i)).DestinationId)];

    internal static bool IsKeyed(string name) => name is "RingHash" or "Maglev" or "IpHash";

    internal static ILoadBalancingPolicy Policy(string name, PooledCluster cluster) => name switch
    {
        "RingHash" => new RingHashPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
        "Maglev" => new MaglevPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
        _ => new IpHashPolicy(cluster.Traffic, cluster.Chance, cluster.Time),
    };
}

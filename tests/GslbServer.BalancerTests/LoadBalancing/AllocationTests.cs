using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.LoadBalancing;

namespace GslbServer.Balancer.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("WeightedRoundRobin")]
    [InlineData("WeightedRandom")]
    [InlineData("WeightedLeastRequests")]
    [InlineData("WeightedPowerOfTwoChoices")]
    [InlineData("PeakEwma")]
    [InlineData("Prequal")]
    [InlineData("IpHash")]
    [InlineData("RingHash")]
    [InlineData("Maglev")]
    public void To_choose_allocates_nothing(string name)
    {
        var cluster = new PooledCluster([1, 2, 3, 4, 5]);
        ILoadBalancingPolicy policy = KeyedPolicyTests.IsKeyed(name) ? KeyedPolicyTests.Policy(name, cluster) : WeightedPolicyTests.Policy(name, cluster);
        HttpContext context = cluster.Request();
        context.Connection.RemoteIpAddress = IPAddress.Parse("2001:db8::1");
        cluster.All[1].ConcurrentRequestCount = 3;
        for (int i = 0; i < 100; i++) cluster.Pick(policy, context);

        // The least of some rounds: the runtime's own work on this thread is not the policy's.
        long least = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++) cluster.Pick(policy, context);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }
}

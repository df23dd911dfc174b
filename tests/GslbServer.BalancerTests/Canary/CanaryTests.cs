using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests;

public sealed class CanaryTests
{
    private static readonly Random Random = new(5);

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void The_share_is_one_of_requests(double share)
    {
        var settings = new CanarySettings { Cluster = "next", Share = share };
        int taken = Enumerable.Range(0, 20_000).Count(_ => CanaryRule.Takes(new DefaultHttpContext(), settings, Random));
        Assert.InRange(taken, 20_000 * (share - 0.01), 20_000 * (share + 0.01));
    }

    [Fact]
    public void A_sticky_share_is_one_of_clients_and_who_is_in_stays_in_while_it_grows()
    {
        bool[] few = Clients(0.05), again = Clients(0.05), more = Clients(0.2);
        Assert.Equal(few, again);
        Assert.InRange(few.Count(taken => taken), 4000 * 0.035, 4000 * 0.065);
        Assert.InRange(more.Count(taken => taken), 4000 * 0.17, 4000 * 0.23);
        Assert.All(few.Zip(more), pair => Assert.True(pair.Second || !pair.First));
    }

    /// <summary>The rule's header and cookie are X-Canary and canary; a share of 0 or 1 shows whether they decide.</summary>
    [Theory]
    [InlineData("always", null, "", 0, true)]
    [InlineData("Never", null, "", 1, false)]
    [InlineData("perhaps", null, "", 0, false)]
    [InlineData("perhaps", null, "", 1, true)]
    [InlineData(null, "always", "", 0, true)]
    [InlineData(null, "never", "", 1, false)]
    [InlineData("never", "always", "", 1, false)] // the header decides first
    [InlineData("v2", null, "v2", 0, true)]
    [InlineData("v3", null, "v2", 0, false)]
    [InlineData("always", null, "v2", 0, false)] // with a value of its own the word means nothing
    [InlineData("v3", "always", "v2", 0, true)]
    [InlineData(null, null, "", 0, false)]
    public void Header_and_cookie_decide(string? header, string? cookie, string headerValue, double share, bool expected)
    {
        var settings = new CanarySettings { Cluster = "next", Share = share, Header = "X-Canary", HeaderValue = headerValue, Cookie = "canary" };
        var context = new DefaultHttpContext();
        if (header is not null) context.Request.Headers["X-Canary"] = header;
        if (cookie is not null) context.Request.Headers.Cookie = $"canary={cookie}";
        Assert.Equal(expected, CanaryRule.Takes(context, settings, Random));
    }

    /// <summary>Else a canary would take all its clients from one backend of a ring.</summary>
    [Fact]
    public void Clients_of_a_canary_come_from_all_backends()
    {
        var cluster = new PooledCluster(10);
        var ring = new RingHashPolicy(cluster.Traffic, cluster.Chance, cluster.Time);
        bool[] taken = Clients(0.2);
        int[] clients = new int[10];
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i]) clients[Array.IndexOf(cluster.All, cluster.Pick(ring, KeyedPolicyTests.Client(i)))]++;
        }

        Assert.All(clients, count => Assert.InRange(count, 30, 150));
    }

    private static bool[] Clients(double share)
    {
        var settings = new CanarySettings { Cluster = "next", Share = share, StickyOn = "address" };
        return [.. Enumerable.Range(0, 4000).Select(i => CanaryRule.Takes(KeyedPolicyTests.Client(i), settings, Random))];
    }
}

using System.Net;
using Yarp.ReverseProxy.LoadBalancing;

namespace GslbServer.Balancer.Tests;

public sealed class PrequalTests
{
    /// <summary>Each member as "requests in flight/latency"; hot is who has more than three of four have.</summary>
    [Theory]
    [InlineData("1/50 2/20 3/30 9/1", 1)] // the quickest is hot: the quickest of the cold
    [InlineData("0/50 0/20 0/30 0/90", 1)]
    [InlineData("5/10 5/10 2/10 5/10", 2)] // equally quick: the least busy
    [InlineData("0/0 0/20 0/30 0/90", 0)] // nothing known and nothing in it: find out
    [InlineData("1/0 0/20 0/30 0/90", 1)] // somebody is finding out
    public void The_rule_takes(string members, int expected)
    {
        HotCold.Candidate[] candidates = [.. members.Split(' ').Select((text, i) => new HotCold.Candidate(i, double.Parse(text.Split('/')[0]), double.Parse(text.Split('/')[1])))];
        Assert.Equal(expected, HotCold.Pick(candidates, 0.75));
    }

    [Fact]
    public void With_a_quantile_of_0_only_the_least_busy_are_cold() =>
        Assert.Equal(1, HotCold.Pick([new(0, 3, 1), new(1, 2, 90), new(2, 4, 1)], 0));

    [Fact]
    public async Task A_backends_own_word_counts_while_it_is_new()
    {
        using var backends = new Answering(request => request.RequestUri!.Host.StartsWith("b1", StringComparison.Ordinal) ? "0" : "40");
        using var client = new HttpMessageInvoker(backends);
        var settings = new ClusterSettings { LoadBalancing = new() { Prequal = new() { ProbePath = "/load" } } };
        var cluster = new PooledCluster([1, 1, 1], settings, client);
        ILoadBalancingPolicy policy = WeightedPolicyTests.Policy("Prequal", cluster);
        for (int i = 0; i < 20; i++)
        {
            cluster.Pick(policy);
            await backends.AllAnsweredAsync();
            cluster.Time.Advance(TimeSpan.FromMilliseconds(260));
        }

        // Others have sent much to b0 and b2, which this balancer cannot see.
        Assert.Equal("/load", Assert.Single(backends.Paths.Distinct()));
        cluster.Pick(policy);
        await backends.AllAnsweredAsync();
        Assert.Equal([0, 20, 0], cluster.Picks(policy, 20));

        cluster.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(cluster.Picks(policy, 1).Sum() == 1 && cluster[0].Reports.Last(TimeSpan.FromSeconds(1), cluster.Time) is null);
    }

    [Fact]
    public async Task However_many_requests_come_a_backend_is_asked_four_times_in_the_age_of_its_word()
    {
        using var backends = new Answering(_ => "1");
        using var client = new HttpMessageInvoker(backends);
        var cluster = new PooledCluster([1, 1, 1], new() { LoadBalancing = new() { Prequal = new() { ProbePath = "/load" } } }, client);
        cluster.Picks(WeightedPolicyTests.Policy("Prequal", cluster), 1000);
        await backends.AllAnsweredAsync();
        Assert.Equal(3, backends.Paths.Count);
    }

    [Fact]
    public void What_this_balancer_has_sent_since_is_added_to_a_backends_word()
    {
        var report = new LoadReports.Report(InFlight: 10, LatencyMilliseconds: null, Own: 4, At: 1);
        Assert.Equal((13, 8, 30), (report.Now(7), report.Now(2), new LoadReports.Report(1, null, 1, 1).Now(30)));
    }

    private sealed class Answering(Func<HttpRequestMessage, string> inFlight) : HttpMessageHandler
    {
        private readonly List<string> _paths = [];
        private int _asked;

        public List<string> Paths
        {
            get
            {
                lock (_paths) return [.. _paths];
            }
        }

        /// <summary>Asking begins on another thread: waits until all that was begun has come to rest.</summary>
        public async Task AllAnsweredAsync()
        {
            for (int quiet = 0, before = -1; quiet < 5; quiet++)
            {
                int now = Volatile.Read(ref _asked);
                if (now != before) (quiet, before) = (0, now);
                await Task.Delay(5);
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_paths) _paths.Add(request.RequestUri!.AbsolutePath);
            Interlocked.Increment(ref _asked);
            var response = new HttpResponseMessage(HttpStatusCode.OK);
            response.Headers.Add(LoadProbes.InFlightHeader, inFlight(request));
            return Task.FromResult(response);
        }
    }
}

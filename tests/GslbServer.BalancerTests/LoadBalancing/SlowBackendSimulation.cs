using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

/// <summary>Ten backends, one of them ten times slower, 400 requests a second for a minute, event by event and always the same.</summary>
public sealed class SlowBackendSimulation
{
    private const int Backends = 10, Slow = 3, Requests = 24_000;
    private const double Rate = 400, FastSeconds = 0.02, SlowSeconds = 0.2;

    [Theory]
    [InlineData("PeakEwma")]
    [InlineData("Prequal")]
    public void The_tail_is_at_most_half_of_round_robins(string name)
    {
        (double roundRobin, int evenly) = Run("WeightedRoundRobin");
        (double p99, int toSlow) = Run(name);

        Assert.Equal(Requests / Backends, evenly);
        Assert.True(p99 <= roundRobin * 0.5, $"{name} {p99:0.000} s, round robin {roundRobin:0.000} s, {toSlow} to the slow one");
        Assert.InRange(toSlow, 1, Requests / Backends / 4); // tried again and again, and spared
    }

    [Fact]
    public void Once_it_is_quick_again_it_gets_its_share_again()
    {
        int[] recovered = Shares("PeakEwma", slowUntil: 30);
        Assert.InRange(recovered[Slow], recovered.Sum() / Backends * 0.7, recovered.Sum() / Backends * 1.5);
    }

    /// <summary>It fails at once, and least in flight is it too.</summary>
    [Fact]
    public void Who_fails_quickly_draws_no_traffic()
    {
        var run = new Simulation("PeakEwma") { FailsAtOnce = true };
        run.Play(Requests);
        Assert.InRange(run.Sent[Slow], 1, Requests / Backends / 4);
    }

    private static (double P99Seconds, int ToSlow) Run(string name)
    {
        var run = new Simulation(name);
        run.Play(Requests);
        double[] sorted = [.. run.Seconds.Order()];
        return (sorted[(int)(sorted.Length * 0.99)], run.Sent[Slow]);
    }

    /// <summary>Of the last ten seconds.</summary>
    private static int[] Shares(string name, double slowUntil)
    {
        var run = new Simulation(name) { SlowUntil = slowUntil };
        run.Play((int)(Rate * 80));
        int[] before = [.. run.Sent];
        run.Play((int)(Rate * 10));
        return [.. run.Sent.Zip(before, (now, then) => now - then)];
    }

    private sealed class Simulation(string name)
    {
        private readonly PooledCluster _cluster = new(Backends);
        private readonly Random _random = new(11);
        private readonly PriorityQueue<(DestinationState Destination, double Seconds, bool Failed), double> _ends = new();
        private ILoadBalancingPolicy? _policy;
        private double _now;

        public double SlowUntil { get; init; } = double.MaxValue;

        public bool FailsAtOnce { get; init; }

        public List<double> Seconds { get; } = [];

        public int[] Sent { get; } = new int[Backends];

        public void Play(int requests)
        {
            _policy ??= WeightedPolicyTests.Policy(name, _cluster);
            for (int i = 0; i < requests; i++)
            {
                double arrival = _now + Exponential(1 / Rate);
                while (_ends.TryPeek(out _, out double end) && end <= arrival) End(end);
                MoveTo(arrival);
                DestinationState destination = _cluster.Pick(_policy);
                int index = Array.IndexOf(_cluster.All, destination);
                Sent[index]++;
                destination.ConcurrentRequestCount++;
                bool isSlow = index == Slow && _now < SlowUntil, fails = isSlow && FailsAtOnce;
                double seconds = fails ? 0.0005 : (isSlow ? SlowSeconds : FastSeconds) * (0.5 + Exponential(0.5));
                _ends.Enqueue((destination, seconds, fails), _now + seconds);
            }
        }

        private void End(double at)
        {
            MoveTo(at);
            (DestinationState destination, double seconds, bool failed) = _ends.Dequeue();
            destination.ConcurrentRequestCount--;
            Seconds.Add(seconds);
            Backend backend = _cluster.Traffic.Of(destination);
            long now = AttemptLatency.Milliseconds(_cluster.Time, _cluster.Time.GetTimestamp());
            double ms = seconds * 1000;
            AttemptOutcome outcome = failed ? AttemptOutcome.GatewayError : AttemptOutcome.Answered;
            backend.Latency.Add(AttemptLatency.Of(outcome, failed ? null : ms, ms, backend.Latency.Cost(now, 10_000), 1000)!.Value, now, 10_000);
        }

        private void MoveTo(double seconds)
        {
            _cluster.Time.Advance(TimeSpan.FromSeconds(seconds - _now));
            _now = seconds;
        }

        private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());
    }
}

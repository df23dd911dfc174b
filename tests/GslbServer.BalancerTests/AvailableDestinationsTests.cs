using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

public sealed class AvailableDestinationsTests
{
    private static readonly ClusterConfig Web = new() { ClusterId = "web" };

    /// <summary>Two letters a destination, active then passive: U healthy, D unhealthy, ? unknown. A third, x: drained by an operator.</summary>
    [Theory]
    [InlineData("U? U?", "0 1")]
    [InlineData("U? D?", "0")]
    [InlineData("?? ??", "0 1")]
    [InlineData("UD U?", "1")]
    [InlineData("UD D?", "0")] // the checks took the other out: the ejected one returns
    [InlineData("UD UD", "0 1")]
    [InlineData("D? DD", "")]
    [InlineData("U? U? U? D? D? D?", "0 1 2")] // half of six is enough
    [InlineData("U? U? DD D? ?D D?", "0 1 2 3 4 5")] // panic
    [InlineData("D? D? D? D? D? D?", "0 1 2 3 4 5")]
    [InlineData("U? U? D? D? D?", "0 1")] // five are too few to panic
    [InlineData("U?x U?", "1")]
    [InlineData("U?x D?", "")] // what an operator took out, no lack of others brings back
    [InlineData("U?x U?x", "")]
    [InlineData("U?x U?x U?x U? U? D? D?", "3 4")] // those drained count for no panic: half of four is enough
    public void Traffic_goes_to(string destinations, string expected)
    {
        DestinationState[] all = [.. destinations.Split(' ').Select((health, i) => Destination($"{i}", health[0], health[1]))];

        ServingState state = State(new ClusterSettings());
        var traffic = new TrafficTable(state);
        foreach ((int i, string word) in destinations.Split(' ').Index()) traffic.Of(all[i]).IsDrained = word.EndsWith('x');

        IEnumerable<string> available = new AvailableDestinations(state, traffic, new PanicWatch(NullLogger<PanicWatch>.Instance)).GetAvailalableDestinations(Web, all).Select(destination => destination.DestinationId);

        Assert.Equal(expected, string.Join(' ', available));
    }

    [Fact]
    public void Without_a_threshold_nothing_panics()
    {
        DestinationState[] all = [.. Enumerable.Range(0, 6).Select(i => Destination($"{i}", i == 0 ? 'U' : 'D', '?'))];

        Assert.Same(all[0], Policy(new ClusterSettings { Panic = 0 }).GetAvailalableDestinations(Web, all).Single());
    }

    [Fact]
    public void Panic_begins_and_ends_with_the_share()
    {
        DestinationState[] all = [.. Enumerable.Range(0, 6).Select(i => Destination($"{i}", i < 2 ? 'U' : 'D', '?'))];
        var watch = new PanicWatch(NullLogger<PanicWatch>.Instance);
        AvailableDestinations policy = Policy(new ClusterSettings(), watch);
        policy.GetAvailalableDestinations(Web, all);
        Assert.True(watch.Panics("web"));

        all[2].Health.Active = DestinationHealth.Healthy;
        policy.GetAvailalableDestinations(Web, all);
        Assert.False(watch.Panics("web"));
    }

    private static AvailableDestinations Policy(ClusterSettings settings, PanicWatch? watch = null) => new(State(settings), new TrafficTable(State(settings)), watch ?? new(NullLogger<PanicWatch>.Instance));

    private static ServingState State(ClusterSettings settings) => new(new Settings(new BalancerOptions { Clusters = new Dictionary<string, ClusterSettings> { ["web"] = settings } }, [], []));

    private static DestinationState Destination(string id, char active, char passive)
    {
        var destination = new DestinationState(id);
        (destination.Health.Active, destination.Health.Passive) = (Health(active), Health(passive));
        return destination;
    }

    private static DestinationHealth Health(char letter) => letter switch
    {
        'U' => DestinationHealth.Healthy,
        'D' => DestinationHealth.Unhealthy,
        _ => DestinationHealth.Unknown,
    };
}

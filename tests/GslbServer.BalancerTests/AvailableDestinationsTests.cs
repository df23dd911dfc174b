using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

public sealed class AvailableDestinationsTests
{
    /// <summary>Two letters a destination, active then passive: U healthy, D unhealthy, ? unknown.</summary>
    [Theory]
    [InlineData("U? U?", "0 1")]
    [InlineData("U? D?", "0")]
    [InlineData("?? ??", "0 1")]
    [InlineData("UD U?", "1")]
    [InlineData("UD D?", "0")] // the checks took the other out: the ejected one returns
    [InlineData("UD UD", "0 1")]
    [InlineData("D? DD", "")]
    public void Traffic_goes_to(string destinations, string expected)
    {
        DestinationState[] all = [.. destinations.Split(' ').Select((health, i) => Destination($"{i}", health[0], health[1]))];

        IEnumerable<string> available = new AvailableDestinations().GetAvailalableDestinations(new ClusterConfig(), all).Select(destination => destination.DestinationId);

        Assert.Equal(expected, string.Join(' ', available));
    }

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

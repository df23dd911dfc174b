using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer.Tests;

public sealed class GatewayErrorRunTests
{
    [Theory]
    [InlineData(ForwarderError.None, 200, false)]
    [InlineData(ForwarderError.None, 404, false)]
    [InlineData(ForwarderError.None, 500, false)] // the application's error, not the gateway's
    [InlineData(ForwarderError.None, 502, true)]
    [InlineData(ForwarderError.None, 503, true)]
    [InlineData(ForwarderError.None, 504, true)]
    [InlineData(ForwarderError.Request, 502, true)]
    [InlineData(ForwarderError.RequestTimedOut, 504, true)]
    [InlineData(ForwarderError.ResponseBodyDestination, 200, true)]
    [InlineData(ForwarderError.RequestCanceled, 499, false)]
    [InlineData(ForwarderError.ResponseBodyClient, 200, false)]
    [InlineData(ForwarderError.NoAvailableDestinations, 503, false)]
    public void Only_what_the_destination_caused_counts_against_it(ForwarderError error, int status, bool counts) =>
        Assert.Equal(counts, GatewayErrorRun.CountsAgainst(error, status));
}

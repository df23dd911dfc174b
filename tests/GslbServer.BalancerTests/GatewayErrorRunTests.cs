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

    [Theory]
    [InlineData(4, 3, false)]
    [InlineData(5, 3, true)]
    [InlineData(6, 1, true)]
    [InlineData(500, 0, false)] // the last one stays
    public void Ejects_after_five_in_a_row_but_never_the_last(int run, int others, bool ejects) => Assert.Equal(ejects, GatewayErrorRun.Ejects(run, 5, others));
}

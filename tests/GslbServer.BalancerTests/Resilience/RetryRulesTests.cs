using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer.Tests;

public sealed class RetryRulesTests
{
    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("CONNECT", false)]
    [InlineData("PURGE", false)]
    public void Idempotent_methods_are_those_of_the_RFC(string method, bool isIdempotent)
    {
        HttpContext context = new DefaultHttpContext();
        context.Request.Method = method;

        Assert.Equal(isIdempotent, RetryRules.IsIdempotent(context.Request));
        context.Request.Headers["Idempotency-Key"] = "7";
        Assert.True(RetryRules.IsIdempotent(context.Request));
    }

    [Theory]
    [InlineData(ForwarderError.None, 200, false, nameof(RetryCause.None))]
    [InlineData(ForwarderError.None, 500, false, nameof(RetryCause.None))]
    [InlineData(ForwarderError.None, 429, true, nameof(RetryCause.None))]
    [InlineData(ForwarderError.None, 502, false, nameof(RetryCause.GatewayStatus))]
    [InlineData(ForwarderError.None, 503, false, nameof(RetryCause.GatewayStatus))]
    [InlineData(ForwarderError.None, 503, true, nameof(RetryCause.Overloaded))]
    [InlineData(ForwarderError.None, 504, false, nameof(RetryCause.GatewayStatus))]
    [InlineData(ForwarderError.Request, 0, false, nameof(RetryCause.Broken))]
    [InlineData(ForwarderError.RequestTimedOut, 0, false, nameof(RetryCause.TimedOut))]
    [InlineData(ForwarderError.RequestBodyDestination, 0, false, nameof(RetryCause.Broken))]
    [InlineData(ForwarderError.RequestBodyClient, 0, false, nameof(RetryCause.None))]
    [InlineData(ForwarderError.RequestCanceled, 0, false, nameof(RetryCause.None))]
    [InlineData(ForwarderError.RequestCreation, 0, false, nameof(RetryCause.None))]
    [InlineData(ForwarderError.UpgradeRequestDestination, 0, false, nameof(RetryCause.None))]
    public void What_another_backend_could_mend(ForwarderError error, int status, bool hasRetryAfter, string cause) =>
        Assert.Equal(cause, RetryRules.Cause(error, null, status, hasRetryAfter).ToString());

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, nameof(RetryCause.NotConnected))]
    [InlineData(HttpRequestError.NameResolutionError, nameof(RetryCause.NotConnected))]
    [InlineData(HttpRequestError.SecureConnectionError, nameof(RetryCause.NotConnected))]
    [InlineData(HttpRequestError.ResponseEnded, nameof(RetryCause.Broken))]
    [InlineData(HttpRequestError.HttpProtocolError, nameof(RetryCause.Broken))]
    [InlineData(HttpRequestError.Unknown, nameof(RetryCause.Broken))]
    public void Only_a_connection_that_never_came_about_sent_nothing_for_certain(HttpRequestError error, string cause) =>
        Assert.Equal(cause, RetryRules.Cause(ForwarderError.Request, new HttpRequestException(error), 0, hasRetryAfter: false).ToString());

    [Fact]
    public void What_was_perhaps_sent_is_repeated_only_if_it_may_and_can_be()
    {
        foreach (RetryCause cause in new[] { RetryCause.Broken, RetryCause.TimedOut, RetryCause.GatewayStatus })
        {
            Assert.True(RetryRules.Allows(cause, isIdempotent: true, canReplay: true));
            Assert.False(RetryRules.Allows(cause, isIdempotent: false, canReplay: true));
            Assert.False(RetryRules.Allows(cause, isIdempotent: true, canReplay: false));
        }

        Assert.True(RetryRules.Allows(RetryCause.NotConnected, isIdempotent: false, canReplay: false));
        Assert.False(RetryRules.Allows(RetryCause.Overloaded, isIdempotent: true, canReplay: true));
        Assert.False(RetryRules.Allows(RetryCause.None, isIdempotent: true, canReplay: true));
    }
}

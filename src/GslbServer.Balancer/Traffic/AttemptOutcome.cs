using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>How an attempt ended, as far as it says something of the backend.</summary>
internal enum AttemptOutcome
{
    /// <summary>Answered with any status below 500.</summary>
    Answered,

    /// <summary>Answered 500 or above, 502 to 504 excepted: the application failed and not the way to it.</summary>
    ApplicationError,

    /// <summary>Not reached, broken off, timed out, or 502, 503, 504 of its own.</summary>
    GatewayError,

    /// <summary>The client went first or sent what could not be forwarded: no fault of the backend.</summary>
    ClientGone,
}

internal static class AttemptOutcomes
{
    /// <summary>Asked when the forwarder has returned.</summary>
    public static AttemptOutcome Of(HttpContext context) =>
        Of(context.GetForwarderErrorFeature()?.Error ?? ForwarderError.None, context.Response.StatusCode, context.RequestAborted.IsCancellationRequested);

    public static AttemptOutcome Of(ForwarderError error, int status, bool clientGone) => error switch
    {
        _ when GatewayErrorRun.CountsAgainst(error, status) => AttemptOutcome.GatewayError,
        ForwarderError.None when !clientGone => status >= StatusCodes.Status500InternalServerError ? AttemptOutcome.ApplicationError : AttemptOutcome.Answered,
        _ => AttemptOutcome.ClientGone,
    };
}

using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>How one attempt at one backend ended, as far as another attempt depends on it.</summary>
internal enum RetryCause
{
    /// <summary>With an answer that the client gets, or with an error that no other backend would mend.</summary>
    None,

    /// <summary>No connection came about: nothing of the request was sent.</summary>
    NotConnected,

    /// <summary>The connection broke before the answer began.</summary>
    Broken,

    /// <summary>The head of the answer took too long.</summary>
    TimedOut,

    /// <summary>The backend said 502, 503 or 504.</summary>
    GatewayStatus,

    /// <summary>It said 503 with Retry-After: it is there, and wants less.</summary>
    Overloaded,
}

/// <summary>What may be tried again, and after what.</summary>
internal static class RetryRules
{
    /// <summary>Methods that may be repeated (RFC 9110 section 9.2.2), and any with an <c>Idempotency-Key</c>: the client says that the backend sees through repetitions.</summary>
    public static bool IsIdempotent(HttpRequest request)
    {
        string method = request.Method;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method)
            || HttpMethods.IsTrace(method) || request.Headers.ContainsKey("Idempotency-Key");
    }

    /// <param name="error">What the forwarder met.</param>
    /// <param name="status">Of the answer, if there was one.</param>
    /// <param name="hasRetryAfter">The answer has this header.</param>
    public static RetryCause Cause(ForwarderError error, Exception? exception, int status, bool hasRetryAfter) => error switch
    {
        ForwarderError.None when GatewayErrorRun.IsGatewayStatus(status) => status == StatusCodes.Status503ServiceUnavailable && hasRetryAfter ? RetryCause.Overloaded : RetryCause.GatewayStatus,
        ForwarderError.Request => exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        } ? RetryCause.NotConnected : RetryCause.Broken,
        ForwarderError.RequestTimedOut => RetryCause.TimedOut,
        ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination => RetryCause.Broken,
        _ => RetryCause.None,
    };

    /// <summary>Whether another attempt is safe: what was not sent may be sent, what may be repeated may be repeated.</summary>
    /// <param name="canReplay">The request has no body, or all of it that was read is kept.</param>
    public static bool Allows(RetryCause cause, bool isIdempotent, bool canReplay) => cause switch
    {
        RetryCause.NotConnected => true,
        RetryCause.Broken or RetryCause.TimedOut or RetryCause.GatewayStatus => isIdempotent && canReplay,
        _ => false,
    };
}

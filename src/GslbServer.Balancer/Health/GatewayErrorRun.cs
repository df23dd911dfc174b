using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>When the requests themselves show that a destination does not serve: so many gateway errors in a row.</summary>
public static class GatewayErrorRun
{
    /// <summary>Gateway errors in a row that eject, when the cluster's metadata do not say. Envoy's <c>consecutive_gateway_failure</c>.</summary>
    public const int DefaultEjectAfter = 5;

    /// <summary>True if this answer counts against the destination: it could not be reached or broke off, or it said 502, 503 or 504 itself.</summary>
    /// <param name="error">What the forwarder met; what a client broke off is not the destination's fault.</param>
    public static bool CountsAgainst(ForwarderError error, int status) => error switch
    {
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination
            or ForwarderError.ResponseHeaders or ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination
            or ForwarderError.UpgradeActivityTimeout => true,
        ForwarderError.None => IsGatewayStatus(status),
        _ => false,
    };

    /// <summary>Statuses by which a gateway says that what stands behind it does not serve.</summary>
    public static bool IsGatewayStatus(int status) =>
        status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;
}

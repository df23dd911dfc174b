using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>When the requests themselves show that a destination does not serve: so many gateway errors in a row.</summary>
public static class GatewayErrorRun
{
    /// <summary>Gateway errors in a row that eject, when the cluster's metadata do not say. Envoy's <c>consecutive_gateway_failure</c>.</summary>
    public const int DefaultEjectAfter = 5;

    /// <summary>How long an ejected destination stays out, when the cluster does not say. Envoy's base ejection time.</summary>
    public static readonly TimeSpan DefaultEjection = TimeSpan.FromSeconds(30);

    /// <summary>True if this answer counts against the destination: it could not be reached or broke off, or it said 502, 503 or 504 itself.</summary>
    /// <param name="error">What the forwarder met; what a client broke off is not the destination's fault.</param>
    public static bool CountsAgainst(ForwarderError error, int status) => error switch
    {
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination
            or ForwarderError.ResponseHeaders or ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination
            or ForwarderError.UpgradeActivityTimeout => true,
        ForwarderError.None => status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout,
        _ => false,
    };

    /// <summary>True if a destination with this many gateway errors in a row is to be ejected. The last one that serves never is.</summary>
    /// <param name="othersAvailable">Other destinations of the cluster that take traffic now.</param>
    public static bool Ejects(int run, int ejectAfter, int othersAvailable) => run >= ejectAfter && othersAvailable > 0;
}

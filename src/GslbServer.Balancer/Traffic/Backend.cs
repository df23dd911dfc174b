using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What this balancer knows of one destination beyond YARP. It lives as long as YARP's own state of it, across reloads.</summary>
/// <remarks>Each subject adds one member here, whose type stands in its room and is safe for many threads at once.</remarks>
internal sealed class Backend(DestinationState destination)
{
    public DestinationState Destination => destination;
}

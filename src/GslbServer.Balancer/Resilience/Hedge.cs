using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>A place at a second backend.</summary>
/// <param name="Leave">Call it once: whether the backend failed, null if that is not known.</param>
internal sealed record Hedge(DestinationState Destination, Action<bool?> Leave);

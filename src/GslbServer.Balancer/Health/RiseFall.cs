using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The active verdict on one destination, and how far it is from changing.</summary>
/// <param name="Run">Consecutive probes so far that contradict <paramref name="Health"/>.</param>
public readonly record struct RiseFall(DestinationHealth Health, int Run)
{
    /// <summary>Probes in a row that take a healthy destination out, when the cluster's metadata do not say.</summary>
    public const int DefaultFall = 2;

    /// <summary>Probes in a row that bring it back.</summary>
    public const int DefaultRise = 2;

    /// <summary>The verdict after one more probe.</summary>
    /// <remarks>A destination never judged is judged by its first probe: until then it is neither trusted nor refused, so waiting for a second one
    /// would only send clients to what already failed. Envoy and HAProxy start likewise.</remarks>
    public RiseFall After(bool success, int rise, int fall)
    {
        if (Health == DestinationHealth.Unknown) return new(success ? DestinationHealth.Healthy : DestinationHealth.Unhealthy, 0);
        bool agrees = success == (Health == DestinationHealth.Healthy);
        if (agrees) return this with { Run = 0 };
        if (Run + 1 < (success ? rise : fall)) return this with { Run = Run + 1 };
        return new(success ? DestinationHealth.Healthy : DestinationHealth.Unhealthy, 0);
    }
}

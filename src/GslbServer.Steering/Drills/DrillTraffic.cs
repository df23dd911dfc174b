namespace GslbServer.Steering;

/// <summary>Requests per second at one moment of a drill, as balancers report them.</summary>
/// <param name="AtMs">Milliseconds since the node heard of the drill, by its monotonic clock.</param>
/// <param name="OldRps">Of the drilled region: who still arrives.</param>
/// <param name="NewRps">Of all other regions together.</param>
public sealed record DrillTraffic(double AtMs, double OldRps, double NewRps)
{
    /// <summary>Samples of one drill: of a longer one fewer are kept, farther apart.</summary>
    public const int Most = 60;
}

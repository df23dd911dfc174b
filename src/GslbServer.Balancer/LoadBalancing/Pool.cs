using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The backends that a request may go to, with their weights as they are now. Frozen, but for what is built when it is first asked for.</summary>
/// <param name="destinations">As YARP gives them; members have the same places.</param>
/// <param name="configured">Weights by configuration and operator.</param>
/// <param name="weights">Those, times slow start.</param>
internal sealed class Pool(IReadOnlyList<DestinationState> destinations, Backend[] members, double[] configured, double[] weights)
{
    private KeyLookup? _ring, _maglev;

    public IReadOnlyList<DestinationState> Destinations => destinations;

    public Backend[] Members => members;

    public double[] Configured => configured;

    public double[] Weights => weights;

    /// <summary><see cref="Weights"/>, to draw by.</summary>
    public Shares Shares { get; } = new(weights);

    public KeyLookup Ring(PoolSource source) => _ring ??= source.Ring(this);

    public KeyLookup Maglev(PoolSource source) => _maglev ??= source.Maglev(this);
}

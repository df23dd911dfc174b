using GslbServer.Steering;

namespace GslbServer;

/// <summary>Room for one decision of one serving thread, on its way to the event stream. The thread fills it when it is empty, the sampler empties it each second: a
/// sample costs the query path one read of a flag, and no more than one copy a second.</summary>
public sealed class DecisionSlot
{
    private SampledDecision _value;
    private volatile bool _full;

    /// <summary>Serving thread only.</summary>
    public void Offer(int name, bool wantsIPv6, in Client client, in Decision decision)
    {
        if (_full)
        {
            return;
        }

        _value = new SampledDecision(name, wantsIPv6, client, decision);
        _full = true;
    }

    /// <summary>Sampler only.</summary>
    internal bool TryTake(out SampledDecision decision)
    {
        decision = default;
        if (!_full)
        {
            return false;
        }

        decision = _value;
        _full = false;
        return true;
    }
}

/// <param name="Name">Index into <see cref="Topology.Names"/>.</param>
/// <param name="Client">The subnet given, else the resolver.</param>
internal readonly record struct SampledDecision(int Name, bool WantsIPv6, Client Client, Decision Decision);

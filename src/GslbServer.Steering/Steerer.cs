namespace GslbServer.Steering;

/// <summary>Decides. Hot: no allocation, no lock, no clock.</summary>
public static class Steerer
{
    /// <param name="name">Index into <see cref="Topology.Names"/>.</param>
    /// <param name="subnet">From EDNS Client Subnet; null-like (PrefixLength 0) when absent or of source length 0.</param>
    /// <param name="resolver">The address the query came from.</param>
    /// <param name="draw">A random number, for <c>spread=random</c> alone.</param>
    public static void Decide(SteeringTable table, int name, bool wantsIPv6, in Client subnet, in Client resolver, uint draw, out Decision decision)
    {
        decision = default;
        var tracer = default(NullTracer);
        var walk = default(SteeringWalk);
        walk.Begin(table, wantsIPv6, subnet, resolver, draw);
        walk.Decide(name, ref decision, ref tracer);
    }

    /// <summary>The same steps with a tracer: why this client gets this answer.</summary>
    public static Explanation Explain(SteeringTable table, int name, bool wantsIPv6, in Client subnet, in Client resolver)
    {
        Decision decision = default;
        var tracer = new RecordingTracer(new ExplanationRecorder());
        var walk = default(SteeringWalk);
        walk.Begin(table, wantsIPv6, subnet, resolver, 0);
        walk.Decide(name, ref decision, ref tracer);
        return tracer.Recorder.Finish(walk, name, decision);
    }
}

using System.Runtime.CompilerServices;

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
        Unsafe.SkipInit(out decision);
        if (table.Answers[(2 * name) + (wantsIPv6 ? 1 : 0)] is not { } answers || !answers.TryDecide(subnet, resolver, ref decision))
            Walk(table, name, wantsIPv6, subnet, resolver, draw, ref decision);
    }

    /// <summary>The whole chain, step by step: for what was not worked out beforehand.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Walk(SteeringTable table, int name, bool wantsIPv6, in Client subnet, in Client resolver, uint draw, ref Decision decision)
    {
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

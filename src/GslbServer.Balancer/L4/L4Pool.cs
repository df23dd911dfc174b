namespace GslbServer.Balancer;

/// <summary>The destinations of one listener, or of one entry of its <c>Sni</c>, as a choice has them. Made anew by each reload; the targets stay.</summary>
internal sealed class L4Pool(string name, L4Target[] targets, L4Policy policy)
{
    private const int StackEntries = 64;

    private readonly Lock _turns = new();
    private int _turn;

    /// <summary>As health, readiness and metrics name it.</summary>
    public string Name => name;

    public IReadOnlyList<L4Target> Targets => targets;

    /// <summary>Takes one that is believed to serve; where ejections alone would leave none, an ejected one.</summary>
    /// <param name="key">For policies that hash.</param>
    /// <param name="tried">Not these.</param>
    /// <returns>Null if there is none. Otherwise the caller leaves it again (<see cref="L4Target.Leave"/>).</returns>
    public L4Target? Enter(ulong key, TimeSpan now, IReadOnlyList<L4Target> tried)
    {
        L4Target? taken = Pick(key, now, tried, withEjected: false) ?? Pick(key, now, tried, withEjected: true);
        taken?.Enter();
        return taken;
    }

    public bool HasOther(L4Target than, TimeSpan now) => targets.Any(target => target != than && target.IsThere && !target.Settings.Drain && !target.IsEjected(now));

    private L4Target? Pick(ulong key, TimeSpan now, IReadOnlyList<L4Target> tried, bool withEjected)
    {
        Span<int> candidates = targets.Length <= StackEntries ? stackalloc int[targets.Length] : new int[targets.Length];
        int count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            L4Target target = targets[i];
            if (target.IsThere && !target.Settings.Drain && (withEjected || !target.IsEjected(now)) && !tried.Contains(target)) candidates[count++] = i;
        }

        return count == 0 ? null : targets[candidates[Choose(candidates[..count], key)]];
    }

    private int Choose(ReadOnlySpan<int> candidates, ulong key)
    {
        int count = candidates.Length;
        Span<int> weights = count <= StackEntries ? stackalloc int[count] : new int[count];
        for (int i = 0; i < count; i++) weights[i] = targets[candidates[i]].Settings.Weight;
        return policy switch
        {
            L4Policy.LeastConnections => LeastConnections(candidates, weights),
            L4Policy.RoundRobin => RoundRobin(candidates, weights),
            _ => Rendezvous(candidates, weights, key),
        };
    }

    private int LeastConnections(ReadOnlySpan<int> candidates, ReadOnlySpan<int> weights)
    {
        Span<int> active = candidates.Length <= StackEntries ? stackalloc int[candidates.Length] : new int[candidates.Length];
        for (int i = 0; i < candidates.Length; i++) active[i] = targets[candidates[i]].Active;
        return L4Choice.LeastConnections(weights, active, (uint)Interlocked.Increment(ref _turn));
    }

    private int RoundRobin(ReadOnlySpan<int> candidates, ReadOnlySpan<int> weights)
    {
        Span<double> credit = candidates.Length <= StackEntries ? stackalloc double[candidates.Length] : new double[candidates.Length];
        Span<double> shares = candidates.Length <= StackEntries ? stackalloc double[candidates.Length] : new double[candidates.Length];
        for (int i = 0; i < candidates.Length; i++) shares[i] = weights[i];
        lock (_turns)
        {
            for (int i = 0; i < candidates.Length; i++) credit[i] = targets[candidates[i]].Credit;
            int taken = SmoothWeights.Take(shares, credit);
            for (int i = 0; i < candidates.Length; i++) targets[candidates[i]].Credit = credit[i];
            return taken;
        }
    }

    private int Rendezvous(ReadOnlySpan<int> candidates, ReadOnlySpan<int> weights, ulong key)
    {
        Span<ulong> seeds = candidates.Length <= StackEntries ? stackalloc ulong[candidates.Length] : new ulong[candidates.Length];
        for (int i = 0; i < candidates.Length; i++) seeds[i] = targets[candidates[i]].Seed;
        return L4Choice.Rendezvous(weights, seeds, key);
    }
}

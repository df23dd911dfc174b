namespace GslbServer.Balancer;

/// <summary>A table from keys to backends, and which of those backends are members of the pool that asks.</summary>
internal sealed class KeyLookup
{
    private readonly KeyTable _table;
    private readonly Backend[] _owners;
    private readonly double[] _weights;

    /// <summary>Of each owner its place in the pool, or -1.</summary>
    private readonly int[] _member;

    private KeyLookup(KeyTable table, Backend[] owners, double[] weights, Backend[] members)
    {
        (_table, _owners, _weights) = (table, owners, weights);
        Dictionary<Backend, int> places = [];
        for (int i = 0; i < members.Length; i++) places[members[i]] = i;
        _member = [.. owners.Select(owner => places.GetValueOrDefault(owner, -1))];
    }

    /// <param name="before">The last one made; its table serves again if owners and weights are the same.</param>
    public static KeyLookup Of(Backend[] owners, double[] weights, Backend[] members, KeyLookup? before, Func<ulong[], double[], KeyTable> build)
    {
        bool isSame = before is not null && owners.AsSpan().SequenceEqual(before._owners) && weights.AsSpan().SequenceEqual(before._weights);
        return new KeyLookup(isSame ? before!._table : build([.. owners.Select(owner => owner.IdHash)], weights), owners, weights, members);
    }

    /// <summary>The key's member: the first from its place on that <paramref name="bound"/> lets in.</summary>
    /// <param name="bound">Most requests in flight, as a multiple of the member's share of all of them and this one, rounded up; 0 for none.</param>
    public int Find(ulong key, Pool pool, double bound)
    {
        int[] owners = _table.Owners;
        int start = _table.Find(key), first = -1;
        long all = -1;
        for (int step = 0; step < owners.Length; step++)
        {
            int place = start + step;
            int member = _member[owners[place < owners.Length ? place : place - owners.Length]];
            if (member < 0) continue;
            if (bound == 0) return member;
            int inFlight = pool.Members[member].InFlight;
            // An idle one is below every bound; only a busy one is worth the counting.
            if (inFlight == 0) return member;
            if (all < 0) all = InFlight(pool);
            if (inFlight < Math.Ceiling(bound * (all + 1) * pool.Shares[member] / pool.Shares.Sum)) return member;
            if (first < 0) first = member;
        }

        // None of them stands in the table: all that take traffic have weight 0, and others do not take any.
        return first >= 0 ? first : (int)(key % (ulong)pool.Members.Length);
    }

    private static long InFlight(Pool pool)
    {
        long all = 0;
        foreach (Backend member in pool.Members) all += member.InFlight;
        return all;
    }
}

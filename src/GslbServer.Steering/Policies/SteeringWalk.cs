namespace GslbServer.Steering;

/// <summary>One decision on its way: a client's view of a table. Hot: no allocation.</summary>
internal struct SteeringWalk
{
    private SteeringTable _table;
    private bool _wantsIPv6;
    private Client _subnet;
    private Client _resolver;
    private uint _draw;
    private bool _subnetIsPrivate;
    private ulong _shareKey;
    private bool _isOfPlace;
    private int _placeClass;
    private int _bucket;

    /// <summary>Makes a default value ready, where it stands: a copy would cost a tenth of a decision.</summary>
    public void Begin(SteeringTable table, bool wantsIPv6, in Client subnet, in Client resolver, uint draw)
    {
        _table = table;
        _wantsIPv6 = wantsIPv6;
        _subnet = subnet;
        _resolver = resolver;
        _draw = draw;
    }

    /// <summary>The same for all clients of one class of places of <see cref="NamePlan.DecidedBy"/>. The scope is then 0 or, where it is that of the client's leaf, 255.</summary>
    /// <param name="bucket">Of its leaves (<see cref="PricedOrder"/>).</param>
    public void Begin(SteeringTable table, bool wantsIPv6, int placeClass, int bucket = 0)
    {
        _table = table;
        _wantsIPv6 = wantsIPv6;
        _isOfPlace = true;
        _placeClass = placeClass;
        _bucket = bucket;
    }

    public readonly SteeringTable Table => _table;

    public readonly bool WantsIPv6 => _wantsIPv6;

    public readonly bool HasSubnet => _subnet.PrefixLength > 0;

    public void Decide<TTracer>(int name, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        NamePlan plan = _table.Plan.Names[name];
        decision = default;
        decision.Ttl = _table.Names[name].Ttl;
        if (plan.ExistingOf(_wantsIPv6) == 0)
        {
            decision.Kind = plan.HasStatic(_wantsIPv6) ? DecisionKind.StaticFallback : DecisionKind.NoData;
            return;
        }

        bool useSubnet = plan.Name.UseSubnet && _subnet.PrefixLength > 0;
        decision.ScopePrefixLength = _isOfPlace ? byte.MaxValue : useSubnet ? FindScope(plan) : (byte)0;
        _shareKey = ShareKey(plan, useSubnet, decision.ScopePrefixLength);
        if (!TakeServing(plan, useSubnet, ref decision, ref tracer))
        {
            tracer.AllDown(plan);
            TakeLastResort(plan, useSubnet, ref decision, ref tracer);
        }
    }

    /// <summary>What serves: at first without what stays away from this client, then with it, at last with what a drain without force keeps back.</summary>
    private bool TakeServing<TTracer>(NamePlan plan, bool useSubnet, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
        => TakeUndrained(plan, useSubnet, ref decision, ref tracer)
            || (_table.Names[plan.Index].IsYielding(_wantsIPv6) && Take(plan, useSubnet, TakeMode.Yielding, ref decision, ref tracer));

    private bool TakeUndrained<TTracer>(NamePlan plan, bool useSubnet, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
        => Take(plan, useSubnet, TakeMode.Serving, ref decision, ref tracer)
            || (plan.Name.ManualFailback && Take(plan, useSubnet, TakeMode.Returned, ref decision, ref tracer))
            || Take(plan, useSubnet, TakeMode.Reluctant, ref decision, ref tracer);

    /// <summary>Whose address counts for a name.</summary>
    public readonly Client Effective(bool useSubnet) => useSubnet && !_subnetIsPrivate ? _subnet : _resolver;

    /// <summary>The client by whom a name's place is found: a private network counts only for names that themselves name it.</summary>
    public readonly Client Located(NamePlan plan, bool useSubnet)
    {
        bool isKnown = useSubnet && (plan.Ranking.Places is { } places
            ? places.Find(_subnet, out _) != RankingTable.PrivateClass
            : !_subnetIsPrivate);
        return isKnown ? _subnet : _resolver;
    }

    /// <summary>The longest leaf of all place tables the answer may depend on, whatever the health (RFC 7871 section 7.2.1); not shorter than what weights are hashed by.</summary>
    private byte FindScope(NamePlan plan)
    {
        int scope = _subnet.IsIPv6 ? plan.ScopeFloor.IPv6 : plan.ScopeFloor.IPv4;
        bool isNamed = false;
        foreach (RankingTable ranking in plan.Closure)
        {
            if (ranking.Places is null)
                continue;
            isNamed |= ranking.Places.Find(_subnet, out int leafLength) != RankingTable.PrivateClass;
            scope = Math.Max(scope, leafLength);
        }

        int blockLength = PrivateNetworks.BlockLength(_subnet);
        _subnetIsPrivate = blockLength > 0 && !isNamed;
        return (byte)(_subnetIsPrivate && scope > 0 ? Math.Max(scope, blockLength) : scope);
    }

    /// <summary>Ramps and drains in part move whole leaves, so that scopes stay as they are; where there is no leaf, the prefixes of resolvers.</summary>
    private readonly ulong ShareKey(NamePlan plan, bool useSubnet, byte scope)
    {
        bool byLeaf = useSubnet && !_subnetIsPrivate && scope > 0;
        Client client = byLeaf ? _subnet : _resolver;
        return PrefixHash(client, byLeaf ? scope : plan.PersistLength(client.IsIPv6));
    }

    private readonly ulong WeightKey(NamePlan plan, bool useSubnet)
    {
        if (plan.Name.SpreadRandom)
            return StableHash.Combine(_draw, plan.OwnerHash);
        Client client = Effective(useSubnet);
        return StableHash.Combine(PrefixHash(client, plan.PersistLength(client.IsIPv6)), plan.OwnerHash);
    }

    public static ulong PrefixHash(in Client client, int length)
    {
        (ulong upper, ulong lower) = PrefixBits.Mask(client.Upper, client.Lower, length);
        return StableHash.Combine(StableHash.Combine(upper, lower), client.IsIPv6 ? 6UL : 4UL);
    }

    /// <summary>Order and take: the first <c>answers</c> targets that have something for this client.</summary>
    /// <returns>False when none has.</returns>
    private bool Take<TTracer>(NamePlan plan, bool useSubnet, TakeMode mode, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        int placeClass = FindClass(plan, useSubnet, out int bucket);
        scoped ReadOnlySpan<byte> order = plan.Ranking.Order(placeClass);
        if (plan.Ranking.IsExplored(placeClass))
            decision.Ttl = Math.Min(decision.Ttl, plan.Name.TtlMin);
        Span<byte> priced = stackalloc byte[TopologyLimits.TargetsPerName];
        if (_table.Names[plan.Index].Prices is { } prices)
            order = PricedOrder.Sort(order, plan.Ranking.Gaps(placeClass), prices.Ms, bucket, priced);
        ulong allowed = plan.Ranking.Allowed(placeClass) & plan.ExistingOf(_wantsIPv6);
        FamilyState state = _table.StateOf(plan, placeClass, _wantsIPv6);
        ulong candidates = allowed & Candidates.Of(plan, state, allowed, mode);
        bool byWeight = plan.Name.Policy == PolicyKind.Weighted;
        ulong key = byWeight ? WeightKey(plan, useSubnet) : 0;
        tracer.Enter(this, plan, useSubnet, mode, order, key);

        int left = plan.Name.Answers;
        if (byWeight)
        {
            left = TakeByWeight(plan, state, candidates & plan.Weighty, key, left, useSubnet, mode, ref decision, ref tracer);
            if (left == plan.Name.Answers)
                left = TakeByWeight(plan, state, candidates & ~plan.Weighty, key, left, useSubnet, mode, ref decision, ref tracer);
        }
        else
        {
            for (int i = 0; i < order.Length && left > 0 && !IsFull(decision); i++)
            {
                if ((candidates & (1UL << order[i])) != 0 && TakeTarget(plan, state, order[i], useSubnet, mode, ref decision, ref tracer))
                    left--;
            }
        }

        tracer.Leave();
        return left < plan.Name.Answers;
    }

    private int TakeByWeight<TTracer>(NamePlan plan, FamilyState state, ulong candidates, ulong key, int left, bool useSubnet, TakeMode mode, ref Decision decision,
        ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        while (candidates != 0 && left > 0 && !IsFull(decision))
        {
            int best = Rendezvous.Heaviest(plan, candidates, key);
            candidates &= ~(1UL << best);
            if (TakeTarget(plan, state, best, useSubnet, mode, ref decision, ref tracer))
                left--;
        }

        return left;
    }

    /// <summary>The class of places that a client has in the eyes of a name.</summary>
    public readonly int FindClass(NamePlan plan, bool useSubnet) => FindClass(plan, useSubnet, out _);

    /// <param name="bucket">Of the leaf, where prices count.</param>
    private readonly int FindClass(NamePlan plan, bool useSubnet, out int bucket)
    {
        bucket = _bucket;
        if (plan.Ranking.Places is not { } places)
        {
            bucket = 0;
            return RankingTable.PrivateClass;
        }

        if (_isOfPlace)
            return _placeClass;
        bool isPriced = plan.Ranking.Rules.IsPriced;
        int leafLength;
        if (useSubnet)
        {
            int found = places.Find(_subnet, out leafLength);
            if (found != RankingTable.PrivateClass)
            {
                bucket = isPriced ? PricedOrder.BucketOf(PrefixHash(_subnet, leafLength)) : 0;
                return found;
            }
        }

        int ofResolver = places.Find(_resolver, out leafLength);
        bucket = isPriced ? PricedOrder.BucketOf(PrefixHash(_resolver, leafLength)) : 0;
        return ofResolver;
    }

    private bool TakeTarget<TTracer>(NamePlan plan, FamilyState state, int ordinal, bool useSubnet, TakeMode mode, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        bool taken = Stays(state, plan, ordinal, mode) && (plan.TargetAt(ordinal) is { IsName: true } target
            ? TakeNested(_table.Plan.Names[target.Index], useSubnet, mode, ref decision, ref tracer)
            : TakeRegion(plan, state, ordinal, mode, ref decision));
        tracer.Tried(ordinal, taken);
        return taken;
    }

    /// <summary>Whether a ramp or a drain in part leaves this client with the target.</summary>
    private readonly bool Stays(FamilyState state, NamePlan plan, int ordinal, TakeMode mode)
        => mode != TakeMode.Serving || (state.Partial & (1UL << ordinal)) == 0 || ClientShare(plan, ordinal) >= (state.Targets[ordinal]?.TargetAway ?? 0);

    /// <summary>Where this client stands, 0..1, among all clients in the eyes of a target: those below a share are away from it.</summary>
    public readonly double ClientShare(NamePlan plan, int ordinal)
        => StableHash.ToUnit(StableHash.Combine(_shareKey, ordinal == plan.AllDownOrdinal ? 0 : plan.TargetHashes[ordinal]));

    private bool TakeNested<TTracer>(NamePlan nested, bool useSubnet, TakeMode mode, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        bool nestedUses = useSubnet && nested.Name.UseSubnet;
        return mode switch
        {
            TakeMode.Returned or TakeMode.Reluctant => TakeUndrained(nested, nestedUses, ref decision, ref tracer),
            TakeMode.Yielding => TakeServing(nested, nestedUses, ref decision, ref tracer),
            _ => Take(nested, nestedUses, mode, ref decision, ref tracer),
        };
    }

    private readonly bool TakeRegion(NamePlan plan, FamilyState state, int ordinal, TakeMode mode, ref Decision decision)
    {
        if (plan.Endpoints(_wantsIPv6)[ordinal] is not { } endpoints || state.Targets[ordinal] is not { } target)
            return false;
        if (endpoints.IsCname)
        {
            // A CNAME stands alone: it is the answer, or it is no part of it.
            if (decision.PackedLength > 0)
                return false;
            decision.Kind = DecisionKind.Cname;
            decision.Region = endpoints.Region;
            return true;
        }

        if (decision.PackedLength == 0)
            decision.Region = endpoints.Region;
        byte[] addresses = mode switch
        {
            TakeMode.LastGood => target.LastGood,
            TakeMode.Anything => target.LastResort,
            TakeMode.Yielding => target.Yielding,
            TakeMode.Unforced => target.IsTaken ? target.Unforced : target.LastResort,
            _ => target.Serving,
        };
        return target.Away is { } away && mode == TakeMode.Serving
            ? AppendShare(addresses, away, ClientShare(plan, ordinal), plan.MinUp, ref decision)
            : Append(addresses, ref decision);
    }

    private readonly bool AppendShare(byte[] addresses, double[] away, double share, int minUp, ref Decision decision)
    {
        int staying = 0;
        foreach (double one in away)
            staying += share >= one ? 1 : 0;
        if (staying < minUp)
            return false;

        int size = _wantsIPv6 ? 16 : 4;
        bool appended = false;
        for (int i = 0; i < away.Length; i++)
        {
            if (share >= away[i])
                appended |= Append(addresses.AsSpan(i * size, size), ref decision);
        }

        return appended;
    }

    /// <summary>As many as fit; an address that two targets share is answered once (an RRset has no duplicates, RFC 2181 section 5.5).</summary>
    private readonly bool Append(ReadOnlySpan<byte> addresses, ref Decision decision)
    {
        int size = _wantsIPv6 ? 16 : 4;
        Span<byte> packed = decision.Packed;
        for (int at = 0; at < addresses.Length && !IsFull(decision); at += size)
        {
            ReadOnlySpan<byte> address = addresses.Slice(at, size);
            if (Contains(packed[..decision.PackedLength], address))
                continue;
            address.CopyTo(packed[decision.PackedLength..]);
            decision.PackedLength += (byte)size;
        }

        return addresses.Length > 0;
    }

    private static bool Contains(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> address)
    {
        for (int at = 0; at < packed.Length; at += address.Length)
        {
            if (packed.Slice(at, address.Length).SequenceEqual(address))
                return true;
        }

        return false;
    }

    private readonly bool IsFull(in Decision decision)
        => decision.Kind == DecisionKind.Cname || decision.PackedLength == Decision.MaxAddresses * (_wantsIPv6 ? 16 : 4);

    /// <summary><c>all-down</c>. What an operator took down is not revived, and no fence is crossed.</summary>
    private void TakeLastResort<TTracer>(NamePlan plan, bool useSubnet, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        switch (plan.Name.AllDown)
        {
            case AllDown.ServFail:
                decision.Kind = DecisionKind.ServFail;
                decision.ScopePrefixLength = 0;
                return;
            case AllDown.NoData:
                AnswerNoData(plan, ref decision);
                return;
            case AllDown.Static when plan.HasStatic(_wantsIPv6):
                decision.Kind = DecisionKind.StaticFallback;
                return;
            case AllDown.Target when TakeAllDownTarget(plan, useSubnet, ref decision, ref tracer):
                return;
        }

        if (plan.Name.AllDown != AllDown.All && Take(plan, useSubnet, TakeMode.LastGood, ref decision, ref tracer))
            return;
        if (Take(plan, useSubnet, TakeMode.Anything, ref decision, ref tracer))
            return;

        // Operators took down all there is for this client; two at once, perhaps, of whom neither knew what the other did. Nothing is answered only by force.
        if (plan.HasStatic(_wantsIPv6) && !plan.IsFenced)
            decision.Kind = DecisionKind.StaticFallback;
        else if (!Take(plan, useSubnet, TakeMode.Unforced, ref decision, ref tracer))
            AnswerNoData(plan, ref decision);
    }

    private bool TakeAllDownTarget<TTracer>(NamePlan plan, bool useSubnet, ref Decision decision, ref TTracer tracer)
        where TTracer : struct, ITracer
    {
        int ordinal = plan.AllDownOrdinal;
        FamilyState state = _table.StateOf(plan, FindClass(plan, useSubnet), _wantsIPv6);
        if (state.Targets[ordinal] is not { IsTaken: false })
            return false;
        if (plan.Name.AllDownTarget is not { IsName: true, Index: int index })
        {
            bool taken = TakeRegion(plan, state, ordinal, TakeMode.Anything, ref decision);
            tracer.Tried(ordinal, taken);
            return taken;
        }

        NamePlan nested = _table.Plan.Names[index];
        decision.Ttl = Math.Min(decision.Ttl, _table.Names[index].Ttl);
        for (TakeMode mode = TakeMode.Serving; mode <= TakeMode.Unforced; mode++)
        {
            if (Take(nested, useSubnet && nested.Name.UseSubnet, mode, ref decision, ref tracer))
                return true;
        }

        return false;
    }

    /// <summary>RFC 7871 section 7.4: negative answers hold for everybody. Inside a fence that would be a lie: what is gone for these clients is there for others.</summary>
    private static void AnswerNoData(NamePlan plan, ref Decision decision)
    {
        decision.Kind = DecisionKind.NoData;
        if (!plan.IsFenced)
            decision.ScopePrefixLength = 0;
    }
}

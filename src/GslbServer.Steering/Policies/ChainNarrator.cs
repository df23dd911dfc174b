using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Tells the chain of one name for one client: what fences, overrides and health dropped and why, and what the order goes by.</summary>
internal sealed class ChainNarrator
{
    private readonly SteeringWalk _walk;
    private readonly Topology _topology;
    private readonly HealthTable _health;
    private readonly OverrideTable _overrides;
    private readonly NamePlan _plan;
    private readonly bool _useSubnet;
    private readonly TakeMode _mode;
    private readonly byte[] _order;
    private readonly ulong _key;
    private readonly FamilyState _state;
    private readonly Client _located;
    private readonly Location _location;
    private readonly uint _asn;
    private readonly int _network;
    private readonly string? _seenFrom;
    private readonly ulong _yielding;

    public ChainNarrator(in SteeringWalk walk, NamePlan plan, bool useSubnet, TakeMode mode, byte[] order, ulong key)
    {
        _walk = walk;
        _topology = walk.Table.Plan.Topology;
        int placeClass = walk.FindClass(plan, useSubnet);
        int view = walk.Table.ViewOf(plan, placeClass);
        _health = view < 0 || walk.Table.Health.Local is not { } local ? walk.Table.Health : walk.Table.Health with { Monitors = local.MonitorsOf(view) };
        _seenFrom = view < 0 ? null : walk.Table.Health.Local?.LabelOf(view);
        _overrides = new OverrideTable(_topology, _health, walk.Table.Released);
        _plan = plan;
        _useSubnet = useSubnet;
        _mode = mode;
        _order = order;
        _key = key;
        _state = walk.Table.StateOf(plan, placeClass, walk.WantsIPv6);
        Client located = walk.Located(plan, useSubnet);
        _located = located;
        (_location, _asn) = walk.Table.Plan.Geo.Find(located.IsIPv6, located.Address);
        _network = plan.Ranking.Rules.NetworkOf(located);
        ulong allowed = order.Aggregate(0UL, (mask, ordinal) => mask | (1UL << ordinal)) & plan.ExistingOf(walk.WantsIPv6);
        _yielding = mode == TakeMode.Yielding ? Candidates.Of(plan, _state, allowed, mode) : 0;
    }

    /// <summary>Fences, overrides, health, order.</summary>
    public IEnumerable<ExplainedStep> Steps()
    {
        int[] all = [.. Enumerable.Range(0, _plan.Name.Targets.Length)];
        int[] allowed = [.. all.Where(ordinal => _order.Contains((byte)ordinal))];
        yield return Step("fences", allowed, all, Fence);

        int[] left = [.. allowed.Where(ordinal => Overridden(ordinal) is null)];
        yield return Step("overrides", left, allowed, ordinal => Overridden(ordinal) ?? "", OverrideNote(left));

        int[] serving = [.. left.Where(ordinal => Unhealthy(ordinal) is null)];
        yield return Step("health", serving, left, ordinal => Unhealthy(ordinal) ?? "", HealthNote(serving));

        int[] order = _plan.Name.Policy == PolicyKind.Weighted ? ByWeight(serving) : [.. _order.Select(ordinal => (int)ordinal).Where(serving.Contains)];
        yield return Step("order", order, order, _ => "", order.Length == 0 ? Measured() : OrderNote(order)) with { RoundTrips = RoundTrips(), Explored = Explored, Prices = Prices() };
    }

    public string Label(int ordinal) => Label(_topology, _plan, ordinal);

    public static string Label(Topology topology, NamePlan plan, int ordinal)
        => plan.TargetAt(ordinal) is { IsName: true, Index: int index } ? Names.FirstLabel(topology.Names[index].Owner) : topology.Regions[plan.TargetAt(ordinal).Index].Label;

    /// <summary>A slow start or a drain in part keeps this client from the target.</summary>
    public bool IsAway(int ordinal) => _mode == TakeMode.Serving && SmallestShareAway(ordinal) > _walk.ClientShare(_plan, ordinal);

    /// <summary>The region that is tried for this client, by its label; null for none.</summary>
    public string? Explored => _plan.Ranking.Places is { } places && _plan.Ranking.IsExplored(places.Find(_located, out _)) ? Label(_order[0]) : null;

    private ExplainedStep Step(string filter, int[] kept, int[] before, Func<int, string> why, string? note = null)
        => new(filter, [.. kept.Select(Label)], [.. before.Except(kept).Select(ordinal => new ExplainedDrop(Label(ordinal), why(ordinal)))], note);

    private string Fence(int ordinal)
    {
        RankingRules rules = _plan.Ranking.Rules;
        return rules.OnlyAt(_location, _asn, _network) is { } only && !only.Targets.Contains(ordinal)
            ? $"fenced: only={new Place(only.Kind, only.Code, only.Asn, only.Network)}"
            : "fenced: except";
    }

    /// <summary>Why an operator keeps this client from the target; null when none does.</summary>
    private string? Overridden(int ordinal)
    {
        bool isTaken = (_state.Taken & (1UL << ordinal)) != 0;
        if (StandsAside(ordinal) || (!isTaken && !IsAway(ordinal)))
            return null;
        ActiveOverride? found = Addresses(ordinal).Select(address => _overrides.Find(_plan.Index, _plan.TargetAt(ordinal), address))
            .FirstOrDefault(active => active is { Override.State: OverrideState.Drain or OverrideState.Down });
        if (found is null)
            return isTaken ? "its targets are drained" : null;
        if (!isTaken && found.Share <= _walk.ClientShare(_plan, ordinal))
            return null;

        OperatorOverride record = found.Override;
        string share = isTaken ? "" : string.Create(CultureInfo.InvariantCulture, $" ({found.Share * 100:0} % of clients)");
        string until = record.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $", until {end.UtcDateTime:yyyy-MM-dd HH:mm}Z") : "";
        return $"{(record.State == OverrideState.Drain ? "drained" : "taken down")}{share} by {record.Owner}: {record.Reason}{until}";
    }

    /// <summary>In the mode where drains without force give way: the target is one of those that they give back.</summary>
    private bool StandsAside(int ordinal) => _mode == TakeMode.Yielding && (_yielding & (1UL << ordinal)) != 0;

    private string? OverrideNote(int[] left)
    {
        string[] aside = [.. left.Where(StandsAside).Select(ordinal => _state.Targets[ordinal]?.YieldedBy).OfType<ActiveOverride>().Distinct()
            .Select(active => $"{StandingAside.Describe(active)} (by {active.Override.Owner}: {active.Override.Reason}): nothing else serves, and it was not forced")];
        string[] forced = [.. left.Where(ordinal => Addresses(ordinal).Any(address => _overrides.Find(_plan.Index, _plan.TargetAt(ordinal), address) is { Override.State: OverrideState.Up }))
            .Select(ordinal => $"{Label(ordinal)} is up by an operator's word")];
        return aside.Length + forced.Length == 0 ? null : string.Join("; ", aside.Concat(forced));
    }

    private string? Unhealthy(int ordinal)
    {
        if ((_plan.ExistingOf(_walk.WantsIPv6) & (1UL << ordinal)) == 0)
            return $"has no {(_walk.WantsIPv6 ? "AAAA" : "A")}";
        if (StandsAside(ordinal))
            return null;
        if ((_state.Up & (1UL << ordinal)) == 0)
            return _plan.Endpoints(_walk.WantsIPv6)[ordinal] is { } endpoints ? DownWhy(endpoints) : "none of its targets serves";
        if (!IsAway(ordinal))
            return null;
        if (NewsOf(ordinal) is { } news)
            return news;
        if (SuppressedWhy(ordinal) is { } flaps)
            return flaps;
        return _plan.Name.ManualFailback ? "recovered, waits for an undrain (failback=manual)"
            : string.Create(CultureInfo.InvariantCulture, $"returning slowly: {(1 - SmallestShareAway(ordinal)) * 100:0} % of clients so far");
    }

    /// <summary>What its balancers say of it; null for nothing.</summary>
    private string? NewsOf(int ordinal)
        => _plan.TargetAt(ordinal) is { IsName: false, Index: int region } ? RegionNewsText.Of(_health.Load.Of(region).News) : null;

    private string? SuppressedWhy(int ordinal)
    {
        if (_plan.Endpoints(_walk.WantsIPv6)[ordinal] is not { } endpoints)
            return null;
        FlapDamping[] suppressed = [.. endpoints.Monitors.SelectMany(monitors => monitors).Select(monitor => _health.Monitors[monitor].Damping).Where(damping => damping.IsSuppressed(_health.Now))];
        return suppressed.Length == 0 ? null : suppressed.MaxBy(damping => damping.SuppressedUntil).Describe(_health.Now);
    }

    private string DownWhy(EndpointPlan endpoints)
    {
        string[] down = [.. Enumerable.Range(0, endpoints.Count).Select(endpoint => DownMonitor(endpoints, endpoint) is { } votes
            ? (endpoints.Count == 1 ? votes : $"{endpoints.Addresses[endpoint]} {votes}") : "").Where(text => text.Length > 0)];
        string tooFew = endpoints.Count - down.Length > 0 ? $"; fewer than min-up={_plan.MinUp} serve" : "";
        return down.Length == 0 && RegionNewsText.Of(_health.Load.Of(endpoints.Region).News) is { } news ? $"down: {news}" : down.Length == 0 ? $"fewer than min-up={_plan.MinUp} addresses serve" : string.Join(", ", down) + tooFew;
    }

    private string? DownMonitor(EndpointPlan endpoints, int endpoint)
    {
        foreach (int monitor in endpoints.Monitors[endpoint])
        {
            MonitorHealth found = _health.Monitors[monitor];
            if (found.Verdict == Verdict.Down)
                return found.Votes.Fresh > 0 ? $"down: {found.Votes.Down} of {found.Votes.Fresh} {(found.Votes.Fresh == 1 ? "vantage" : "vantages")}" : "down";
        }

        return null;
    }

    private string? HealthNote(int[] serving) => string.Join("; ", new[] { SeenFrom(), PartlyDown(serving) }.OfType<string>()) is { Length: > 0 } note ? note : null;

    private string? SeenFrom() => !_plan.Name.LocalHealthView ? null
        : _seenFrom is null ? "as seen by all vantages: none is known to be nearest" : $"as seen from {_seenFrom} (health-view=local)";

    private string? PartlyDown(int[] serving)
    {
        var notes = new List<string>();
        foreach (int ordinal in serving)
        {
            if (_plan.Endpoints(_walk.WantsIPv6)[ordinal] is not { Count: > 1 } endpoints)
                continue;
            for (int endpoint = 0; endpoint < endpoints.Count; endpoint++)
            {
                if (DownMonitor(endpoints, endpoint) is { } votes)
                    notes.Add($"{Label(ordinal)} without {endpoints.Addresses[endpoint]} ({votes})");
            }
        }

        return notes.Count == 0 ? null : string.Join("; ", notes);
    }

    private int[] ByWeight(int[] serving)
    {
        var order = new List<int>();
        ulong heavy = serving.Aggregate(0UL, (mask, ordinal) => mask | (1UL << ordinal)) & _plan.Weighty;
        ulong light = serving.Aggregate(0UL, (mask, ordinal) => mask | (1UL << ordinal)) & ~_plan.Weighty;
        foreach (ulong group in (ulong[])[heavy, light])
        {
            for (ulong rest = group; rest != 0;)
            {
                int next = Rendezvous.Heaviest(_plan, rest, _key);
                order.Add(next);
                rest &= ~(1UL << next);
            }
        }

        return [.. order];
    }

    private string OrderNote(int[] order) => _plan.Name.Policy switch
    {
        PolicyKind.Weighted => $"weights {string.Join(" ", order.Select(ordinal => $"{Label(ordinal)}={_plan.Name.Targets[ordinal].Weight}"))}, {WeightKey()}",
        PolicyKind.Failover => "as written",
        PolicyKind.Multivalue => "all that serve",
        PolicyKind.Latency => Measured() ?? $"nothing measured yet: {ByPlace(order)}",
        PolicyKind.Load => $"{Load()}: {(_plan.Name.LoadByGeo ? ByPlace(order) : Measured() ?? $"nothing measured yet: {ByPlace(order)}")}",
        _ => ByPlace(order),
    };

    /// <summary>By which round trips the order goes; null when nothing is known of this client.</summary>
    private string? Measured() => Estimates() is { Count: > 0 } estimates ? $"by round trip: {string.Join(", ", estimates)}{Tried()}" : null;

    private string Tried() => Explored is { } region ? $"; explored: {region} comes first for some minutes to be measured" : "";

    private string Load() => Prices() switch
    {
        null => "no load reported yet",
        var prices when prices.All(price => price.Milliseconds == prices[0].Milliseconds) => string.Create(CultureInfo.InvariantCulture, $"by load, all at a price of {prices[0].Milliseconds:0.#} ms"),
        var prices => string.Create(CultureInfo.InvariantCulture, $"by load: {string.Join(", ", prices.Select(price => string.Create(CultureInfo.InvariantCulture, $"{price.Region} +{price.Milliseconds:0.#} ms")))}"),
    };

    /// <summary>Of a name that goes by load, once load is reported.</summary>
    private ExplainedPrice[]? Prices()
    {
        if (_plan.PricedRegions.IsEmpty || !_plan.PricedRegions.Any(regions => regions.Any(region => region < _health.Load.Regions.Length && _health.Load.Regions[region].IsHeard)))
            return null;
        return [.. Enumerable.Range(0, _plan.Name.Targets.Length).Select(ordinal => new ExplainedPrice(Label(ordinal), _plan.PricedRegions[ordinal].Select(region => _health.Load.Of(region).PriceMs).DefaultIfEmpty().Min()))];
    }

    private ExplainedRoundTrip[]? RoundTrips() => Estimates() is { Count: > 0 } estimates ? [.. estimates.Select(ExplainedRoundTrip.Of)] : null;

    private IReadOnlyList<LatencyEstimate> Estimates() => _plan.Ranking.Rules.Measured?.Explain(_located, _location, _asn) ?? [];

    private string WeightKey()
    {
        if (_plan.Name.SpreadRandom)
            return "drawn for each query";
        Client client = _walk.Effective(_useSubnet);
        int length = _plan.PersistLength(client.IsIPv6);
        UInt128 prefix = PrefixBits.Mask(client.Address, length);
        return $"hashed by {(client with { Address = prefix }).ToAddress()}/{length}";
    }

    private string ByPlace(int[] order)
    {
        string map = _plan.Ranking.Rules.MapAt(_location, _asn, _network) is { } rule
            ? $"map={new Place(rule.Kind, rule.Code, rule.Asn, rule.Network)}:{string.Join('/', rule.Targets.Select(Label))}, then " : "";
        if (PlaceCentres.Find(_location, out Site client) is not { } middle)
            return map + "the client's place is not known: as written";
        return $"{map}by distance{(middle.Length > 0 ? $" from the middle of {middle}" : "")}: " + string.Join(", ", order.Select(ordinal => string.Create(CultureInfo.InvariantCulture,
            $"{Label(ordinal)} {_plan.Ranking.Rules.Metres(ordinal, client) / 1000:0} km{Bias(ordinal)}")));
    }

    private string Bias(int ordinal)
        => _plan.TargetAt(ordinal) is { IsName: false, Index: int index } && _topology.Regions[index].Bias is not 0 and int bias
            ? string.Create(CultureInfo.InvariantCulture, $" (bias {bias:+0;-0} %)") : "";

    private double SmallestShareAway(int ordinal)
    {
        if ((_state.Partial & (1UL << ordinal)) == 0 || _state.Targets[ordinal] is not { } target)
            return 0;
        double[] away = target.Away is null ? [target.TargetAway] : [.. target.Away.Order()];
        return away[Math.Min(away.Length, Math.Max(1, _plan.MinUp)) - 1];
    }

    private IPAddress?[] Addresses(int ordinal)
        => _plan.Endpoints(_walk.WantsIPv6)[ordinal] is { IsCname: false } endpoints ? [.. endpoints.Addresses] : [null];
}

namespace GslbServer.Steering;

/// <summary>One epoch of decisions: for each prefix, whether its order of regions stays. It changes when that is worth it (<see cref="LatencyGain"/>) for the second epoch in a
/// row, the prefix has dwelt long enough, and the churn budget allows.</summary>
internal sealed class LatencyElection
{
    /// <summary>No prefix weighs more than so many samples in the churn budget.</summary>
    private const int MostWeight = 1000;

    /// <summary>A region that fewer samples told of may have been misjudged: that it is farther than thought is no change of its path.</summary>
    private const int LeastForShift = 5;

    private const GroupFlags AllPending = GroupFlags.Pending | GroupFlags.Reordered | GroupFlags.Shifted;

    private readonly LatencyMapContent _before;
    private readonly uint _epoch;
    private readonly LatencyEvidence _evidence;
    private readonly LatencyGroups _groups;
    private readonly WidePredictor _beforeGuess;
    private readonly LatencyOptions _options;
    private readonly LatencyGain _gain;
    private readonly LatencyGain _firstGain;
    private readonly LatencyGain _resolverGain;
    private readonly int _regions;
    private readonly bool _follows;
    private readonly double[] _ms;
    private readonly double[] _errors;
    private readonly List<(double Gain, int Group, byte[] Order)> _movers = [];
    private TrialCount _trials;
    private readonly LatencyMapContent _map;
    private long _weight;

    public LatencyElection(LatencyMapContent before, uint epoch, LatencyEvidence evidence, LatencyGroups groups, WideTable wide, DistanceModel model, LatencyOptions options)
    {
        _before = before;
        _epoch = epoch;
        _evidence = evidence;
        _groups = groups;
        _beforeGuess = new WidePredictor(before.Model, before.Wide, evidence.Regions);
        _options = options;
        _gain = LatencyGain.Of(options);
        _firstGain = LatencyGain.OfFirstMoves(options);
        _resolverGain = LatencyGain.OfResolvers(options);
        _regions = evidence.Regions;
        _follows = before.Epoch + 1 == epoch;
        _ms = new double[_regions];
        _errors = new double[_regions];
        _trials = new TrialCount(before.Trials);
        ulong[] keys = Keys();
        _map = before with
        {
            Epoch = epoch,
            Model = model,
            Wide = wide,
            Keys = keys,
            Orders = new byte[keys.Length * _regions],
            Cells = new MapCell[keys.Length * _regions],
            States = new GroupState[keys.Length],
        };
    }

    public LatencyMapContent Decide(EstimatedCell[] estimates)
    {
        int known = 0;
        int measured = 0;
        for (int group = 0; group < _map.Keys.Length; group++)
        {
            ulong key = _map.Keys[group];
            while (known < _before.Keys.Length && _before.Keys[known] < key)
                known++;
            while (measured < _evidence.Keys.Length && _evidence.Keys[measured] < key)
                measured++;
            int then = known < _before.Keys.Length && _before.Keys[known] == key ? known : -1;
            if (measured < _evidence.Keys.Length && _evidence.Keys[measured] == key)
                Decide(group, then, measured, estimates.AsSpan(measured * _regions, _regions));
            else
                Keep(group, then);
        }

        int moves = MoveWithinBudget();
        return _map with { Trials = _trials.Value, Moves = moves, Postponed = _movers.Count - moves };
    }

    /// <summary>Prefixes of now; while a region says nothing also those of before, which it may be the one to know.</summary>
    private ulong[] Keys()
        => _before.Keys.Length == 0 || !_evidence.Reporting.Contains(false) ? _evidence.Keys : [.. _evidence.Keys.Union(_before.Keys).Order()];

    private void Keep(int group, int then)
    {
        _before.OrderOf(then).CopyTo(OrderOf(group));
        _before.CellsOf(then).CopyTo(_map.Cells.AsSpan(group * _regions));
        _map.States[group] = _before.States[then];
    }

    private void Decide(int group, int then, int measured, ReadOnlySpan<EstimatedCell> estimates)
    {
        Span<byte> order = OrderOf(group);
        GroupState state = then < 0 ? default : _before.States[then];
        if (then < 0)
            FirstOrder(_groups.Place(measured, _before.Wide), _groups.RecordedKilometres(measured), order);
        else
            _before.OrderOf(then).CopyTo(order);
        state = state with { Flags = WriteCells(group, then, estimates, state.Flags) | (_groups.GeoInvalid[measured] ? GroupFlags.GeoInvalid : GroupFlags.None) };
        state = Judge(group, then, state, order);
        _weight += Weight(estimates);
        _map.States[group] = Propose(group, then, state, order);
    }

    /// <summary>What clients of a prefix had before it was measured: by distance, or what wider knowledge said beyond doubt.</summary>
    private void FirstOrder(in GuessedPlace place, double[]? km, Span<byte> order)
    {
        Span<double> ms = stackalloc double[_regions];
        Span<double> errors = stackalloc double[_regions];
        for (int region = 0; region < _regions; region++)
        {
            order[region] = (byte)region;
            ms[region] = _beforeGuess.Guess(place, region, out errors[region], out _);
        }

        if (km is not null)
            order.Sort((left, right) => km[left] != km[right] ? km[left].CompareTo(km[right]) : left.CompareTo(right));
        _gain.Settle(order, ms, errors);
    }

    /// <summary>The cells of this epoch; what was measured in a region that says nothing now stays, and moves nothing.</summary>
    /// <returns>The flags, with <see cref="GroupFlags.Drifted"/> as of now.</returns>
    private GroupFlags WriteCells(int group, int then, ReadOnlySpan<EstimatedCell> estimates, GroupFlags flags)
    {
        Span<MapCell> cells = _map.Cells.AsSpan(group * _regions, _regions);
        bool drifted = false;
        for (int region = 0; region < _regions; region++)
        {
            EstimatedCell fresh = estimates[region];
            MapCell last = then < 0 ? default : _before.CellsOf(then)[region];
            bool isSilent = !_evidence.Reporting[region] && then >= 0 && last.Source <= EstimateSource.ResolverClients && fresh.Source > EstimateSource.Measured;
            cells[region] = isSilent ? last : new MapCell(then < 0 || last.Settled == MapCell.Unknown ? MapCell.Tenths(fresh.Ms) : last.Settled, MapCell.Tenths(fresh.Ms),
                MapCell.Tenths(fresh.StandardError), (ushort)Math.Min(ushort.MaxValue, fresh.Samples), fresh.AgeMinutes, fresh.Source);
            _ms[region] = MapCell.Ms(cells[region].Fresh);
            bool isTooFew = fresh.Source is EstimateSource.Measured or EstimateSource.Imported && fresh.Samples < EvidenceCell.LeastForMedian;
            _errors[region] = isSilent || isTooFew ? double.PositiveInfinity : MapCell.Ms(cells[region].Error);
            drifted |= !isSilent && _gain.IsNews(MapCell.Ms(cells[region].Settled), _ms[region], _errors[region]);
        }

        bool settles = drifted && _follows && flags.HasFlag(GroupFlags.Drifted);
        if (settles)
            SettleCells(group);
        return drifted && !settles ? flags | GroupFlags.Drifted : flags & ~GroupFlags.Drifted;
    }

    /// <summary>Looks back at a move, or at one that was not made for comparison's sake. Worse than before, and not because all got worse: back, for a day.</summary>
    private GroupState Judge(int group, int then, GroupState state, Span<byte> order)
    {
        // A path that just got longer says nothing of the move: it may be a blip, and is judged when that has passed.
        if (!state.Flags.HasFlag(GroupFlags.OnTrial) || _epoch - state.MovedAt < _options.TrialEpochs || double.IsNaN(_ms[order[0]]) || IsShifted(group, then, order[0]))
            return state;
        double baseline = MapCell.Ms(state.Baseline);
        double now = _ms[order[0]];
        bool heldOut = state.Flags.HasFlag(GroupFlags.HeldOut);
        state = state with { Flags = state.Flags & ~(GroupFlags.OnTrial | GroupFlags.HeldOut) };
        // Away from a region of which nothing was known: there is nothing to compare with.
        if (double.IsNaN(baseline))
            return state;
        if (heldOut)
        {
            _trials.HeldOut(now - baseline);
            return state;
        }

        bool isWorse = _gain.IsNews(baseline, now - _trials.Drift, 0) && now - _trials.Drift > baseline;
        _trials.Moved(MapCell.Ms(state.Predicted), baseline - now, isWorse);
        if (!isWorse)
            return state;
        MoveToFront(order, state.From);
        return state with { Flags = state.Flags & ~AllPending, MovedAt = _epoch, BannedUntil = _epoch + _options.BanEpochs };
    }

    private GroupState Propose(int group, int then, GroupState state, Span<byte> order)
    {
        byte[] proposed = order.ToArray();
        LatencyGain gain = _map.CellsOf(group)[order[0]].Source == EstimateSource.ResolverClients ? _resolverGain : _gain;
        gain.Settle(proposed, _ms, _errors);
        if (state.MovedAt == 0 && proposed[0] == order[0])
            _firstGain.Lead(proposed, _ms, _errors);
        bool moves = proposed[0] != order[0];
        GroupFlags pending = order.SequenceEqual(proposed) ? GroupFlags.None : moves ? GroupFlags.Pending : GroupFlags.Reordered;
        // A path that just got longer begins anew, whatever was pending before: told once it may be a blip.
        GroupFlags shifted = moves && IsShifted(group, then, order[0]) ? GroupFlags.Shifted : GroupFlags.None;
        bool stands = _follows && pending != GroupFlags.None && state.Flags.HasFlag(pending | shifted);
        shifted |= stands ? state.Flags & GroupFlags.Shifted : GroupFlags.None;
        state = state with { Flags = (state.Flags & ~AllPending) | pending | shifted };
        bool mayMove = _epoch >= state.BannedUntil && (state.MovedAt == 0 || _epoch - state.MovedAt >= _options.DwellEpochs);
        if (!stands || (moves && !mayMove))
            return state;
        if (!moves)
        {
            proposed.CopyTo(order);
            SettleCells(group);
            return state with { Flags = state.Flags & ~AllPending };
        }

        if (IsHeldOut(_map.Keys[group]))
        {
            return state.Flags.HasFlag(GroupFlags.OnTrial) ? state
                : state with { Flags = state.Flags | GroupFlags.OnTrial | GroupFlags.HeldOut, MovedAt = _epoch, Baseline = MapCell.Tenths(_ms[order[0]]), From = order[0] };
        }

        _movers.Add((_ms[order[0]] - _ms[proposed[0]], group, proposed));
        return state;
    }

    private bool IsShifted(int group, int then, byte region)
    {
        if (then < 0)
            return false;
        MapCell last = _before.CellsOf(then)[region];
        MapCell fresh = _map.CellsOf(group)[region];
        bool isMeasured = last.Source == EstimateSource.Measured && last.Samples >= LeastForShift && fresh.Source == EstimateSource.Measured;
        double settled = MapCell.Ms(last.Settled);
        return isMeasured && MapCell.Ms(fresh.Fresh) > settled + LatencyCell.LeastShift(settled);
    }

    /// <summary>The largest gains first; one may always move. Paths that changed have a budget of their own, so that the world as it is need not wait for what is merely
    /// better known.</summary>
    private int MoveWithinBudget()
    {
        double refined = _options.ChurnShare * _weight, shifted = _options.ShiftShare * _weight;
        int moves = 0;
        foreach ((double gain, int group, byte[] proposed) in _movers.OrderByDescending(mover => mover.Gain).ThenBy(mover => mover.Group))
        {
            ReadOnlySpan<MapCell> cells = _map.CellsOf(group);
            int weight = 0;
            foreach (MapCell cell in cells)
                weight += cell.Samples;
            GroupState state = _map.States[group];
            ref double budget = ref state.Flags.HasFlag(GroupFlags.Shifted) ? ref shifted : ref refined;
            budget -= Math.Clamp(weight, 1, MostWeight);
            if (budget < 0 && moves > 0)
                continue;
            byte from = OrderOf(group)[0];
            _map.States[group] = new GroupState((state.Flags & ~(AllPending | GroupFlags.HeldOut)) | GroupFlags.OnTrial, _epoch, from, cells[from].Fresh, 0, MapCell.Tenths(gain));
            proposed.CopyTo(OrderOf(group));
            SettleCells(group);
            moves++;
        }

        return moves;
    }

    private void SettleCells(int group)
    {
        foreach (ref MapCell cell in _map.Cells.AsSpan(group * _regions, _regions))
            cell = cell with { Settled = cell.Fresh };
    }

    private bool IsHeldOut(ulong key) => StableHash.ToUnit(StableHash.Combine(key, _epoch / _options.HoldOutEpochs)) < _options.HoldOutShare;

    private Span<byte> OrderOf(int group) => _map.Orders.AsSpan(group * _regions, _regions);

    private static int Weight(ReadOnlySpan<EstimatedCell> estimates)
    {
        int weight = 0;
        foreach (EstimatedCell cell in estimates)
            weight += cell.Samples;
        return Math.Clamp(weight, 1, MostWeight);
    }

    private static void MoveToFront(Span<byte> order, byte region)
    {
        int at = order.IndexOf(region);
        if (at < 0)
            return;
        order[..at].CopyTo(order[1..]);
        order[0] = region;
    }
}

using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>This node's part in the prices of all. Each node steps prices by what it hears, and tells them in its report; in force, on every node alike, is the middle of what
/// the fresh nodes tell (of two in the middle the lower), from which all take their next step. So no node leads, one that errs is outvoted, and one that comes late or was away takes over what the others have.
/// A node that hears nothing of a region holds its price and has no vote.</summary>
/// <param name="period"><see cref="LoadPrice.Period"/>, the same on every node.</param>
public sealed class PriceVoter(TimeSpan period)
{
    /// <summary>A region of which nothing is heard for so long loses its price, step by step.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Standing> _standings = [];

    /// <summary>What this node tells: of the regions that it hears. Regions in order.</summary>
    public ImmutableArray<PriceVote> Votes { get; private set; } = [];

    /// <summary>In force.</summary>
    public double PriceOf(string region) => _standings.TryGetValue(region, out Standing? standing) ? standing.Agreed : 0;

    /// <summary>Prices that this node knew before it stopped.</summary>
    public void Restore(IEnumerable<PriceVote> votes, TimeSpan now)
    {
        foreach (PriceVote vote in votes)
            _standings.TryAdd(vote.Region, new Standing { Agreed = vote.Ms, Mine = vote.Ms, HeardAt = now });
    }

    /// <param name="isFresh">Stores are read in time. Otherwise all is held as it is.</param>
    /// <param name="now">Monotonic, on the clock of <see cref="VantageView.LastAdvanced"/>.</param>
    /// <param name="utcNow">Only says when to step, so that nodes whose clocks agree do so together; nothing is compared by it.</param>
    public void Move(ImmutableArray<RegionLoad> loads, IReadOnlyList<VantageView> vantages, bool isFresh, TimeSpan now, DateTimeOffset utcNow)
    {
        if (!isFresh)
            return;
        ILookup<string, double> told = vantages.Where(view => !view.IsSelf && !view.Report.Leaving && now - view.LastAdvanced <= HealthMerge.Freshness)
            .SelectMany(view => view.Report.Prices).ToLookup(vote => vote.Region, vote => vote.Ms);
        foreach (RegionLoad load in loads)
            Hear(load, told[load.Label], now, utcNow);
        Step(loads, now, utcNow);
        foreach (RegionLoad load in loads)
        {
            if (_standings.TryGetValue(load.Label, out Standing? standing))
                standing.Agree(told[load.Label], now, utcNow);
        }

        Votes = [.. _standings.Where(pair => pair.Value.IsVoting).Select(pair => new PriceVote(pair.Key, pair.Value.Mine)).OrderBy(vote => vote.Region, StringComparer.Ordinal)];
    }

    private void Hear(RegionLoad load, IEnumerable<double> others, TimeSpan now, DateTimeOffset utcNow)
    {
        if (load.Utilisation is null && !others.Any() && !_standings.ContainsKey(load.Label))
            return;
        if (!_standings.TryGetValue(load.Label, out Standing? standing))
            _standings[load.Label] = standing = new Standing { HeardAt = now };
        standing.Agree(others, now, utcNow);
        if (load.Utilisation is null)
        {
            (standing.IsVoting, standing.HeardSince, standing.Mine) = (false, null, standing.Agreed);
            return;
        }

        standing.HeardAt = now;
        standing.HeardSince ??= now;
        // Those who know the price better have time to be heard first.
        standing.IsVoting |= others.Any() || now - standing.HeardSince >= period / 4;
    }

    private void Step(ImmutableArray<RegionLoad> loads, TimeSpan now, DateTimeOffset utcNow)
    {
        double largestRise = 0;
        TimeSpan quick = period / 4;
        foreach (RegionLoad load in loads)
        {
            if (!_standings.TryGetValue(load.Label, out Standing? standing))
                continue;
            double before = standing.Agreed;
            if (standing.IsVoting && load.Utilisation is { } use)
            {
                double soon = standing.Expect(use, load.Rps, quick, now);
                if (standing.IsDue(LoadPrice.PeriodAt(period, Math.Max(use, soon)), now, utcNow))
                    largestRise = Math.Max(largestRise, (standing.Mine = LoadPrice.Next(before, soon)) - before);
            }
            else if (before > 0 && now - standing.HeardAt > HeldFor && standing.IsDue(period, now, utcNow))
            {
                standing.Mine = standing.Agreed = LoadPrice.Add(before, -LoadPrice.LargestFallMs);
            }
        }

        // The hard cap: while nobody's price rises by more than that of a region that is full, nobody new comes to it from theirs.
        foreach (RegionLoad load in loads)
        {
            if (load.Utilisation >= LoadPrice.HardCap && _standings.TryGetValue(load.Label, out Standing? standing) && standing.IsVoting)
                standing.Mine = Math.Max(standing.Mine, LoadPrice.Add(standing.Agreed, largestRise));
        }
    }

    /// <summary>One region.</summary>
    private sealed class Standing
    {
        private readonly Queue<(TimeSpan At, double Rps)> _lately = [];
        private TimeSpan? _agreedAt, _steppedAt;
        private DateTimeOffset _steppedAtUtc = DateTimeOffset.MinValue;

        /// <summary>In force.</summary>
        public double Agreed { get; set; }

        /// <summary>This node's vote: its own step away from what is agreed, until the others have made it too.</summary>
        public double Mine { get; set; }

        public bool IsVoting { get; set; }

        public TimeSpan HeardAt { get; set; }

        /// <summary>Null while its balancers are silent.</summary>
        public TimeSpan? HeardSince { get; set; }

        /// <summary>A change of what is agreed is a step, made by enough others before this node came to it: it does not make it again.</summary>
        public void Agree(IEnumerable<double> others, TimeSpan now, DateTimeOffset utcNow)
        {
            double[] votes = [.. IsVoting ? others.Append(Mine) : others];
            if (votes.Length == 0)
                return;
            Array.Sort(votes);
            double middle = votes[(votes.Length - 1) / 2];
            if (middle == Agreed)
                return;
            (Agreed, Mine, _agreedAt) = (middle, middle, now);
            (_steppedAt, _steppedAtUtc) = (now, utcNow);
        }

        /// <summary>What utilisation will be when what is under way has come through resolvers' caches: requests go on to grow or shrink as in the last quarter of a period. Without it a
        /// step would be made against what the one before has already cured, and a neighbour be filled before it says that it is full. A capacity that changes is no trend.</summary>
        public double Expect(double use, double rps, TimeSpan ahead, TimeSpan now)
        {
            _lately.Enqueue((now, rps));
            while (_lately.Count > 1 && now - _lately.Peek().At > ahead)
                _lately.Dequeue();
            return rps > 0 ? use * Math.Clamp(2 - (_lately.Peek().Rps / rps), 0, 2) : use;
        }

        /// <summary>Whether a period has ended, by the wall clock or, should it have been set back, by the other.</summary>
        /// <remarks>After a change of what is agreed most of a period passes in any case: clocks that differ must not make two steps of one.</remarks>
        public bool IsDue(TimeSpan period, TimeSpan now, DateTimeOffset utcNow)
        {
            bool isNext = utcNow.Ticks / period.Ticks != _steppedAtUtc.Ticks / period.Ticks && utcNow > _steppedAtUtc;
            bool isDue = (isNext || now - _steppedAt >= period * 1.5) && !(now - _agreedAt < period * 0.75);
            if (isDue)
                (_steppedAt, _steppedAtUtc) = (now, utcNow);
            return isDue;
        }
    }
}

/// <summary>The price of a region as one node has it.</summary>
/// <param name="Ms">Rounded to a tenth.</param>
public readonly record struct PriceVote(string Region, double Ms);

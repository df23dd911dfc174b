namespace GslbServer.Simulator;

/// <summary>What paths do to answers: a step of 40 ms that stays, and blips of up to 5 minutes.</summary>
internal static class EventRuns
{
    private const double StepMs = 40;

    private static readonly TimeSpan WarmUp = TimeSpan.FromHours(2);

    private static readonly TimeSpan Duration = TimeSpan.FromHours(3);

    /// <returns>Minutes from a step until 95 % of the traffic that does better elsewhere has moved there; the share of all traffic affected; and how much moved in 15 min.</returns>
    public static (double Minutes, double Affected, double In15Minutes) Steps(Func<World> make, ulong seed)
    {
        World world = make();
        byte[] before = new TimeRun(world, seed).Run(WarmUp).Answers[^1];
        var dice = new Dice(seed, 11);
        var affected = new List<(int Prefix, TimeSpan At)>();
        double share = 0;
        foreach (Network network in world.Networks.OrderBy(_ => dice.Unit()).ToArray())
        {
            if (share >= 0.06)
                break;
            int[] clients = [.. Enumerable.Range(0, world.Prefixes.Length).Where(prefix => world.Prefixes[prefix].Network == network)];
            int region = clients.Length == 0 ? -1 : before[clients[0]];
            TimeSpan at = WarmUp + TimeSpan.FromMinutes(5 * dice.Unit());
            int[] moving = [.. clients.Where(prefix => before[prefix] == region && DoesBetterElsewhere(world.Prefixes[prefix], region))];
            if (moving.Length == 0)
                continue;
            world.Happens(new PathEvent(network.Index, region, StepMs, at, TimeSpan.MaxValue));
            affected.AddRange(moving.Select(prefix => (prefix, at)));
            share += moving.Sum(prefix => world.Prefixes[prefix].Weight);
        }

        List<byte[]> answers = new TimeRun(world, seed).Run(Duration).Answers;
        var moved = new List<(double Minutes, double Weight)>();
        foreach ((int prefix, TimeSpan at) in affected)
        {
            int epoch = TimeRun.EpochOf(at);
            while (epoch < answers.Count && answers[epoch][prefix] == before[prefix])
                epoch++;
            moved.Add((epoch < answers.Count ? (TimeRun.InForce(epoch) - at).TotalMinutes : double.PositiveInfinity, world.Prefixes[prefix].Weight));
        }

        double all = moved.Sum(one => one.Weight);
        return (WeightedQuantile(moved, 0.95 * all), share, 100 * moved.Where(one => one.Minutes <= 15).Sum(one => one.Weight) / all);
    }

    /// <returns>Prefixes that made a move which they never make in the same world without blips. (One that a blip holds back is none.)</returns>
    public static (int Moved, int Touched) Blips(Func<World> make, ulong seed)
    {
        List<byte[]> quiet = new TimeRun(make(), seed).Run(Duration).Answers;
        World world = make();
        var dice = new Dice(seed, 13);
        var touched = new HashSet<int>();
        for (int i = 0; i < 40; i++)
        {
            Network network = world.Networks[dice.Below(world.Networks.Length)];
            TimeSpan from = WarmUp + TimeSpan.FromMinutes(40 * dice.Unit());
            // Apart from any other of the same network: two would be one that is longer.
            if (!touched.Add(network.Index))
                continue;
            int region = dice.Below(world.Regions.Length);
            Prefix? client = world.Prefixes.FirstOrDefault(prefix => prefix.Network == network);
            region = client is null ? region : Array.IndexOf(client.Rtt, client.Rtt.Min());
            world.Happens(new PathEvent(network.Index, region, 60, from, from + TimeSpan.FromMinutes(1 + (4 * dice.Unit()))));
        }

        List<byte[]> blips = new TimeRun(world, seed).Run(Duration).Answers;
        int moved = Enumerable.Range(0, world.Prefixes.Length).Count(prefix => Moves(blips, prefix).Except(Moves(quiet, prefix)).Any());
        return (moved, world.Prefixes.Count(prefix => touched.Contains(prefix.Network.Index)));
    }

    private static IEnumerable<(byte From, byte To)> Moves(List<byte[]> answers, int prefix)
        => answers.Zip(answers.Skip(1), (before, after) => (before[prefix], after[prefix])).Where(move => move.Item1 != move.Item2);

    /// <summary>By more than may be told from noise at once.</summary>
    private static bool DoesBetterElsewhere(Prefix prefix, int region)
    {
        double best = prefix.Rtt.Where((_, other) => other != region).Min();
        double gain = prefix.Rtt[region] + StepMs - best;
        return prefix.Rtt[region] <= best && gain > Math.Max(10, 0.2 * best);
    }

    private static double WeightedQuantile(List<(double Minutes, double Weight)> values, double until)
    {
        double sum = 0;
        foreach ((double minutes, double weight) in values.OrderBy(value => value.Minutes))
        {
            sum += weight;
            if (sum >= until)
                return minutes;
        }

        return double.PositiveInfinity;
    }
}

using System.Collections.Immutable;
using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>What befalls the world at <see cref="LoadRun.EventAt"/>.</summary>
internal enum LoadEvent
{
    None,

    /// <summary>One of the four balancers of the hot region dies.</summary>
    BalancerDies,

    /// <summary>The second largest region dies, and probes notice.</summary>
    RegionDies,
}

/// <summary>Half an hour of clients that hold answers for a TTL, balancers that tell their load each second, and three nodes whose clocks differ and that vote on prices: by the real
/// sums, votes, compiler and steerer.</summary>
internal sealed class LoadRun
{
    public const int EventAt = 900, Seconds = 1800;

    private const int TtlSeconds = 30, Balancers = 4, DetectionSeconds = 5, WindowSeconds = 5;

    /// <summary>Clients of one prefix do not all ask at the same moment.</summary>
    private const int Cohorts = 6;

    private static readonly double[] ClocksSeconds = [0, 0.4, 23];

    private readonly LoadWorld _world;
    private readonly LoadEvent _event;
    private readonly ulong _seed;
    private readonly PriceVoter[] _voters = [.. ClocksSeconds.Select(_ => new PriceVoter(LoadPrice.Period))];
    private readonly (Prefix Prefix, int Phase)[] _cohorts;
    private readonly int[] _answers;
    private readonly Queue<double[]> _window = [];
    private SteeringTable _table;

    public LoadRun(LoadWorld world, LoadEvent happens, ulong seed)
    {
        (_world, _event, _seed) = (world, happens, seed);
        _table = SteeringTable.Compile(world.Plan, world.Health(LoadTable.None, -1, TimeSpan.Zero), null);
        _cohorts = [.. world.Clients.Prefixes.SelectMany((prefix, i) => Enumerable.Range(0, Cohorts).Select(cohort => (prefix, new Dice(seed, (ulong)i, (ulong)cohort, 77).Below(TtlSeconds))))];
        _answers = [.. _cohorts.Select(cohort => world.Ask(_table, cohort.Prefix))];
        FirstRtt = MeanRtt();
    }

    /// <summary>Of each region, after each second: the truth.</summary>
    public List<double[]> Utilisation { get; } = [];

    /// <summary>Share of all traffic that changed its region, each change counted, before the event and from it on.</summary>
    public (double Before, double After) Moved { get; private set; }

    public double FirstRtt { get; }

    public double LastRtt { get; private set; }

    public double[] Prices { get; private set; } = [];

    public int Compiled { get; private set; }

    public LoadRun Run()
    {
        for (int second = 0; second < Seconds; second++)
        {
            Resolve(second);
            double[] rps = Requests(second);
            Utilisation.Add([.. rps.Select((one, region) => one / CapacityAt(region, second))]);
            _window.Enqueue(rps);
            if (_window.Count > WindowSeconds)
                _window.Dequeue();
            Publish(second);
        }

        LastRtt = MeanRtt();
        return this;
    }

    private static bool Happened(int second) => second >= EventAt;

    private bool IsDead(int region, int second) => _event == LoadEvent.RegionDies && region == _world.Second && Happened(second);

    private double CapacityAt(int region, int second)
        => _world.Capacities[region] * (_event == LoadEvent.BalancerDies && region == _world.Hot && Happened(second) ? (Balancers - 1.0) / Balancers : 1);

    private void Resolve(int second)
    {
        double moved = 0;
        for (int i = 0; i < _cohorts.Length; i++)
        {
            if (_cohorts[i].Phase != second % TtlSeconds)
                continue;
            int answer = _world.Ask(_table, _cohorts[i].Prefix);
            moved += answer != _answers[i] ? _cohorts[i].Prefix.Weight / Cohorts : 0;
            _answers[i] = answer;
        }

        Moved = Happened(second) ? (Moved.Before, Moved.After + moved) : (Moved.Before + moved, Moved.After);
    }

    /// <summary>Requests per second of each region; noise is of 1 %.</summary>
    private double[] Requests(int second)
    {
        double[] rps = new double[_world.Capacities.Length];
        for (int i = 0; i < _cohorts.Length; i++)
            rps[_answers[i]] += LoadWorld.Demand * _cohorts[i].Prefix.Weight / Cohorts;
        for (int region = 0; region < rps.Length; region++)
            rps[region] *= 1 + (0.01 * new Dice(_seed, (ulong)region, (ulong)second, 88).Normal());
        return rps;
    }

    private void Publish(int second)
    {
        TimeSpan now = TimeSpan.FromSeconds(1000 + second);
        Topology topology = _world.Plan.Topology;
        ImmutableArray<RegionLoad> loads = LoadMerge.Sum(topology, [.. Heartbeats(second, now)], now);
        VantageView[] reports = [.. _voters.Select((voter, i) => new VantageView(new VantageReport($"dns{i}", null, 1, second, true, false, "", "", "", "", []) { Prices = voter.Votes }, now, false))];
        for (int i = 0; i < _voters.Length; i++)
        {
            VantageView[] seen = [.. reports.Select((report, of) => report with { IsSelf = of == i })];
            _voters[i].Move(loads, seen, isFresh: true, now, DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000 + second + ClocksSeconds[i]));
        }

        LoadTable load = LoadMerge.Merge(topology, loads, _voters[0].PriceOf, _table.Health.Load, topology, now);
        int down = _event == LoadEvent.RegionDies && second >= EventAt + DetectionSeconds ? _world.Second : -1;
        SteeringTable next = SteeringTable.Compile(_world.Plan, _world.Health(load, down, now), _table);
        Compiled += load.SteersLike(_table.Health.Load) ? 0 : 1;
        _table = next;
        Prices = [.. _world.Clients.Labels.Select(_voters[0].PriceOf)];
    }

    private IEnumerable<BalancerView> Heartbeats(int second, TimeSpan now)
    {
        for (int region = 0; region < _world.Capacities.Length; region++)
        {
            int died = IsDead(region, second) ? Balancers : _event == LoadEvent.BalancerDies && region == _world.Hot && Happened(second) ? 1 : 0;
            double mean = _window.Average(rps => rps[region]);
            for (int balancer = 0; balancer < Balancers; balancer++)
            {
                bool lives = balancer >= died;
                double capacity = _world.Capacities[region] / Balancers, rps = mean / Math.Max(1, Balancers - died);
                yield return new BalancerView(new BalancerLoad(_world.Clients.Labels[region], $"lb{balancer}", 1, second, true, false, false, 2, 2, 10, rps, capacity, rps / capacity, 0, 5, 20, "1"),
                    lives ? now : TimeSpan.FromSeconds(1000 + EventAt - 1));
            }
        }
    }

    private double MeanRtt() => _cohorts.Zip(_answers).Sum(pair => pair.First.Prefix.Weight / Cohorts * pair.First.Prefix.Rtt[pair.Second]);
}

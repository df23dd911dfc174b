using GslbServer.Steering;

namespace GslbServer.Simulator;

/// <summary>Hours of world time: clients connect where they are sent, their browsers and resolvers show a little of the other regions, and every five minutes a map is
/// decided.</summary>
internal sealed class TimeRun
{
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(LatencyOptions.EpochSeconds);

    /// <summary>Samples of a prefix in an epoch: of the region it is sent to, and of each other one.</summary>
    private const double ChosenRate = 12, OtherRate = 2;

    /// <summary>From the end of an epoch until answers follow it: rows are written, read, and decided by.</summary>
    private static readonly TimeSpan Publication = TimeSpan.FromSeconds(20);

    private readonly World _world;
    private readonly ulong _seed;
    private readonly Product _product;
    private readonly List<(TimeSpan At, int Index, int Region, int Draw, LatencySource Source)> _due = [];
    private int _epoch;

    public TimeRun(World world, ulong seed)
    {
        _world = world;
        _seed = seed;
        _product = new Product(world);
    }

    /// <summary>Region of each prefix after each epoch.</summary>
    public List<byte[]> Answers { get; } = [];

    /// <summary>When the answers of an epoch came in force.</summary>
    public static TimeSpan InForce(int epoch) => (Epoch * (epoch + 1)) + Publication;

    public static int EpochOf(TimeSpan time) => (int)(time / Epoch);

    public LatencyMap Map => _product.Map;

    public TimeRun Run(TimeSpan duration)
    {
        for (int end = _epoch + (int)(duration / Epoch); _epoch < end; _epoch++)
        {
            MeasureEpoch();
            _product.CloseEpoch(_epoch, Epoch * (_epoch + 1));
            Answers.Add([.. _world.Prefixes.Select(prefix => (byte)_product.Ask(prefix with { Resolver = -1 }).Region)]);
        }

        return this;
    }

    /// <summary>Changes of answers per prefix and day, from an hour on.</summary>
    public double FlipsPerDay(TimeSpan from)
    {
        int first = EpochOf(from);
        int flips = 0;
        for (int epoch = first + 1; epoch < Answers.Count; epoch++)
            flips += Answers[epoch].Zip(Answers[epoch - 1]).Count(pair => pair.First != pair.Second);
        return flips / (double)_world.Prefixes.Length / ((Answers.Count - first - 1) * Epoch.TotalDays);
    }

    /// <summary>In the order of time, as collectors see it.</summary>
    private void MeasureEpoch()
    {
        _due.Clear();
        for (int i = 0; i < _world.Prefixes.Length; i++)
            Draw(i);
        _due.Sort((left, right) => left.At.CompareTo(right.At));
        foreach ((TimeSpan at, int index, int region, int draw, LatencySource source) in _due)
            _product.Measure(_world.Prefixes[index], region, at, ((ulong)_epoch << 16) + (ulong)draw, source);
    }

    private void Draw(int index)
    {
        int chosen = Answers.Count > 0 ? Answers[^1][index] : _product.Ask(_world.Prefixes[index] with { Resolver = -1 }).Region;
        for (int region = 0; region < _world.Regions.Length; region++)
        {
            // The numbers of draws are the same in two runs of one world, wherever clients are sent: runs differ by events alone.
            var dice = new Dice(_seed, (ulong)index, (ulong)region, (ulong)_epoch);
            int others = dice.Poisson(OtherRate);
            int count = region == chosen ? others + dice.Poisson(ChosenRate - OtherRate) : others;
            double[] times = new double[count];
            foreach (ref double time in times.AsSpan())
                time = dice.Unit();
            Array.Sort(times);
            for (int i = 0; i < count; i++)
                _due.Add((Epoch * (_epoch + times[i]), index, region, i, region == chosen ? LatencySource.Connection : LatencySource.Beacon));
        }
    }
}

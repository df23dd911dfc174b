using System.Diagnostics;
using GslbServer.Dns;

namespace GslbServer.Benchmarks;

/// <summary>One world asked one mix, round after round.</summary>
/// <param name="goal">ns per query; null: none was set.</param>
internal sealed class PathCase(string name, World world, Mix mix, double? goal) : IDisposable
{
    private readonly QuerySet _queries = new(world, mix, seed: 1);
    private readonly List<double> _rounds = [];
    private long _allocated;
    private long _fewest = long.MaxValue;

    public string Name => name;

    public double? Goal => goal;

    /// <summary>ns per query of the best round: what the path costs when nothing else is in the way.</summary>
    public double Best => _rounds.Min();

    public double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

    /// <summary>Of all rounds together.</summary>
    public double AllocatedPerQuery => (double)_allocated / _rounds.Count / QuerySet.Count;

    /// <summary>In the round with the fewest; 0 where they cannot be counted.</summary>
    public double InstructionsPerQuery => (double)_fewest / QuerySet.Count;

    public void WarmUp(CounterBlock counters, ref Draw random) => _queries.Run(world.Handler, counters, ref random);

    public void Round(CounterBlock counters, ref Draw random, InstructionCounter instructions)
    {
        long executed = instructions.Read();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        _queries.Run(world.Handler, counters, ref random);
        double elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        _fewest = Math.Min(_fewest, instructions.Read() - executed);
        _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
        _rounds.Add(elapsed / QuerySet.Count);
        if (!_queries.LastBatchHas(mix == Mix.NxDomain ? Rcode.NxDomain : Rcode.NoError)) throw new InvalidOperationException($"{name}: not the answers that were expected");
    }

    public void Dispose() => _queries.Dispose();
}

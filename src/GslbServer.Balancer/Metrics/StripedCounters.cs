using System.Numerics;

namespace GslbServer.Balancer;

/// <summary>Some counters that all requests write at once. Each processor has its own copy of them, so that no two fight for a cache line; who reads adds the copies up.</summary>
internal sealed class StripedCounters(int count)
{
    /// <summary>Octets 0 to 127: two lines, because processors fetch them in pairs.</summary>
    private const int LineInWords = 16;

    private const int MostStripes = 8;

    private static readonly int Stripes = Math.Min(MostStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    private readonly int _width = (count + LineInWords - 1) / LineInWords * LineInWords;

    /// <summary>Null until something is counted: most of what could be counted never is. One line before the first copy keeps it apart from the array's own length.</summary>
    private long[]? _words;

    public void Add(int counter, long amount) => Interlocked.Add(ref Words()[LineInWords + ((Thread.GetCurrentProcessorId() & (Stripes - 1)) * _width) + counter], amount);

    public long Sum(int counter)
    {
        if (Volatile.Read(ref _words) is not { } words) return 0;
        long sum = 0;
        for (int stripe = 0; stripe < Stripes; stripe++) sum += Volatile.Read(ref words[LineInWords + (stripe * _width) + counter]);
        return sum;
    }

    private long[] Words() => Volatile.Read(ref _words) ?? Interlocked.CompareExchange(ref _words, new long[LineInWords + (Stripes * _width)], null) ?? _words;
}

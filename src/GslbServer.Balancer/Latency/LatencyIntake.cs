using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Why a connection gave no sample.</summary>
internal enum UncountedConnection
{
    /// <summary>Something was sent more than once before the first request.</summary>
    Retransmitted,

    /// <summary>The kernel did not say.</summary>
    Unreadable,

    /// <summary>More came at once than is taken.</summary>
    Dropped,
}

/// <summary>From many connections to the one owner of the collector: never blocks, and loses (and counts) what is too much.</summary>
internal sealed class LatencyIntake
{
    private const int Most = 16_384;

    private readonly Channel<LatencySample> _samples = Channel.CreateBounded<LatencySample>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly long[] _uncounted = new long[Enum.GetValues<UncountedConnection>().Length];

    public void Add(in LatencySample sample)
    {
        if (!_samples.Writer.TryWrite(sample)) Refuse(UncountedConnection.Dropped);
    }

    public void Refuse(UncountedConnection why) => Interlocked.Increment(ref _uncounted[(int)why]);

    public long CountOf(UncountedConnection why) => Volatile.Read(ref _uncounted[(int)why]);

    public bool TryTake(out LatencySample sample) => _samples.Reader.TryRead(out sample);
}

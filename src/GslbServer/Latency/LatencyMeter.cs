using System.Collections.Immutable;
using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Takes round trips from any thread into the one collector of this node. What comes faster than it is drained is dropped: it is a sample anyway.</summary>
/// <remarks>All but <see cref="Offer"/> and the counts belongs to the thread of <see cref="LatencyLoop"/>.</remarks>
internal sealed class LatencyMeter(NodeOptions options)
{
    private const int Waiting = 4096;

    private readonly Channel<MeasuredTrip> _waiting = Channel.CreateBounded<MeasuredTrip>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LatencyOptions _options = LatencyOptions.Default with { AcceptPrivate = options.Latency.IncludePrivate, Epoch = options.Latency.Epoch };
    private readonly long[] _verdicts = new long[Enum.GetValues<SampleVerdict>().Length];
    private LatencyCollector? _collector;
    private long _evictedBefore;

    /// <summary>How round trips are gathered and decided by.</summary>
    public LatencyOptions Options => _options;

    public int Cells => _collector?.CellCount ?? 0;

    public long Evicted => _evictedBefore + (_collector?.Evicted ?? 0);

    public long CountOf(SampleVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    /// <summary>Any thread. Without <c>--region</c> a node does not know which region it measures, and measures nothing.</summary>
    public void Offer(in Client client, double milliseconds, LatencySource source)
    {
        if (options.Region is not null)
            _waiting.Writer.TryWrite(new MeasuredTrip(client, milliseconds, source));
    }

    public void Drain(ImmutableArray<LatencyRegion> regions, TimeSpan now)
    {
        LatencyCollector collector = CollectorFor(regions);
        int region = options.Region is null ? -1 : collector.Regions.IndexOf(options.Region);
        for (int i = 0; i < Waiting && _waiting.Reader.TryRead(out MeasuredTrip trip); i++)
            _verdicts[(int)collector.Add(new LatencySample(trip.Client, region, trip.Milliseconds, trip.Source), now)]++;
    }

    /// <summary>Goes on from what an earlier run of this node told.</summary>
    public void Restore(LatencyRows told, ImmutableArray<LatencyRegion> regions, TimeSpan now) => CollectorFor(regions).Restore(told, now);

    public LatencyRows CloseEpoch(uint epoch, ImmutableArray<LatencyRegion> regions, TimeSpan now)
    {
        Drain(regions, now);
        return CollectorFor(regions).CloseEpoch(epoch, now);
    }

    /// <summary>Regions that zones gained since come last, so that ordinals stay.</summary>
    private LatencyCollector CollectorFor(ImmutableArray<LatencyRegion> regions)
    {
        ImmutableArray<string> known = _collector?.Regions ?? [];
        ImmutableArray<string> all = [.. known.Concat(regions.Select(region => region.Label)).Distinct().Take(LatencyOptions.MaxRegions)];
        if (_collector is not null && all.Length == known.Length)
            return _collector;
        var wider = new LatencyCollector(options.Node, all, _options);
        if (_collector is not null)
        {
            wider.Merge(_collector);
            _evictedBefore += _collector.Evicted;
        }

        return _collector = wider;
    }

    private readonly record struct MeasuredTrip(Client Client, double Milliseconds, LatencySource Source);
}

using GslbServer.Dns;

namespace GslbServer;

/// <summary>Takes queries and responses from the serving threads and hands them to the query log and to dnstap. Exists only where one of the two is wanted.</summary>
internal sealed class QueryCapture
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly CaptureOptions _options;
    private readonly Counters _counters;
    private readonly Func<ZoneSet> _zones;
    private readonly TimeProvider _time;
    private readonly CaptureClock _clock;
    private readonly QueryLogSink? _log;
    private readonly DnstapSink? _dnstap;

    /// <param name="identity">This node's name, for dnstap.</param>
    public QueryCapture(CaptureOptions options, string identity, Counters counters, Func<ZoneSet> zones, TimeProvider time, ILogger logger)
    {
        (_options, _counters, _zones, _time, _clock) = (options, counters, zones, time, new CaptureClock(time));
        Func<int, string?> regionOf = counters.Slots.RegionOf;
        _log = options.QueryLog is { } path ? new QueryLogSink(path, regionOf, time, logger) : null;
        _dnstap = options.Dnstap is { } target ? new DnstapSink(target, identity, $"GslbServer {BuildInfo.Version}", regionOf, time, logger) : null;
        counters.Capture = NewRing;
    }

    /// <summary>Entries written and lost, by <c>query_log</c> and <c>dnstap</c>; lost ones by where.</summary>
    public IEnumerable<(string Sink, long Written, long Dropped)> Counts()
    {
        if (_log is not null)
        {
            yield return ("query_log", _log.Written, _log.Dropped);
        }

        if (_dnstap is not null)
        {
            yield return ("dnstap", _dnstap.Written, _dnstap.Dropped);
        }
    }

    /// <summary>Queries that were lost because this side did not keep up with a serving thread.</summary>
    public long Overrun => _counters.Blocks.Sum(block => block.Capture?.Dropped ?? 0);

    /// <summary>Until told to stop, and then what was captured before.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var sinksStop = new CancellationTokenSource();
        Task sinks = Task.WhenAll(_log?.RunAsync(sinksStop.Token) ?? Task.CompletedTask, _dnstap?.RunAsync(sinksStop.Token) ?? Task.CompletedTask);
        using (var timer = new PeriodicTimer(Interval, _time))
        {
            try
            {
                while (await timer.WaitForNextTickAsync(stop))
                {
                    _clock.Advance();
                    Drain();
                }
            }
            catch (OperationCanceledException)
            {
            }
        }

        Drain();
        await sinksStop.CancelAsync();
        await sinks;
    }

    private QueryRing NewRing() => new(_clock, _log is null ? 0 : _options.QueryLogSample, _dnstap is null ? 0 : _options.DnstapSample);

    private void Drain()
    {
        ZoneSet zones = _zones();
        foreach (CounterBlock block in _counters.Blocks)
        {
            if (block.Capture is not { } ring)
            {
                continue;
            }

            while (ring.TryTake(out CapturedQuery query))
            {
                if ((query.Head.Sinks & CaptureSinks.Log) != 0)
                {
                    _log!.Add(query);
                }

                if ((query.Head.Sinks & CaptureSinks.Dnstap) != 0)
                {
                    _dnstap!.Add(query, ZoneOf(zones, query.Packet));
                }

                ring.Release(query);
            }
        }
    }

    /// <summary>The longest zone above the name that is asked for, in wire form.</summary>
    private static ReadOnlySpan<byte> ZoneOf(ZoneSet zones, ReadOnlySpan<byte> packet)
    {
        int end = MessageLimits.Header;
        while (end < packet.Length && packet[end] is > 0 and < 64)
        {
            end += 1 + packet[end];
        }

        if (end >= packet.Length || packet[end] != 0)
        {
            return [];
        }

        ReadOnlySpan<byte> name = packet[MessageLimits.Header..(end + 1)];
        while (true)
        {
            if (zones.FindApex(name) is { } zone)
            {
                return zone.Apex.Wire;
            }

            if (name[0] == 0)
            {
                return [];
            }

            name = name[(1 + name[0])..];
        }
    }
}

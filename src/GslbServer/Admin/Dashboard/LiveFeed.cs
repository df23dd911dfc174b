using System.Text.Json;
using System.Threading.Channels;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What dashboards show, gathered once a second and written once for all who look: ten viewers cost little more than one, and none costs next to nothing.</summary>
internal sealed partial class LiveFeed(Node node, TimeProvider time, ILogger<LiveFeed> logger)
{
    private const int EntriesKept = 200, EntriesOfFrame = 100, DrillsShown = 5;

    /// <summary>A frame that is dear to make is made less often: at most this share of a core.</summary>
    private const double MostOfCore = 0.01;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), LongestPeriod = TimeSpan.FromSeconds(10);

    private readonly TrafficHistory _traffic = new();
    private readonly HealthHistory _health = new();
    private readonly AnswerPlaces _places = new();
    private readonly List<Channel<byte[]>> _viewers = [];
    private readonly Lock _gate = new();
    private readonly List<SampledAnswer> _answers = [];
    private IReadOnlyList<LocatedResolver>? _resolvers;
    private long _sequence, _lastEvent, _auditCursor;
    private TimeSpan _period = Period, _due;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
                TryTick();
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The first frame, which is this viewer's own, and then those that all share; JSON in UTF-8. One that is slow loses frames.</summary>
    public (byte[] Hello, ChannelReader<byte[]> Frames) Join(out Channel<byte[]> viewer)
    {
        viewer = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(4) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _viewers.Add(viewer);
            IReadOnlyList<AuditEntry> entries = node.Audit.Read(EntriesKept, _ => true, 0, out long read);
            if (_viewers.Count == 1)
                _auditCursor = read;
            _due = TimeSpan.Zero;
            var hello = new LiveHello(_sequence, time.GetUtcNow(), _traffic.Read(), _health.Read(node.Serving.Current.Steering.Plan.Topology), _places.Read(), _places.Resolvers, entries);
            return (JsonSerializer.SerializeToUtf8Bytes(hello, AdminJson.Options), viewer.Reader);
        }
    }

    public void Leave(Channel<byte[]> viewer)
    {
        lock (_gate)
            _viewers.Remove(viewer);
    }

    /// <summary>A frame that cannot be made must not be the last.</summary>
    private void TryTick()
    {
        try
        {
            Tick();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.NoFrame(logger, e);
        }
    }

    private void Tick()
    {
        DateTimeOffset utcNow = time.GetUtcNow();
        TimeSpan now = node.Now;
        SteeringTable steering = node.Serving.Current.Steering;
        IReadOnlyList<VantageView> vantages = node.Feed.Vantages;
        TrafficPoint traffic = _traffic.Look(node.Counters.Read(), steering, vantages.FirstOrDefault(view => view.IsSelf)?.Report, now, utcNow);
        _health.Look(vantages, utcNow);
        IReadOnlyList<NodeEvent> events = node.Events.Since(_lastEvent);
        _lastEvent = events.Count > 0 ? events[^1].Id : _lastEvent;
        IReadOnlyList<SampledAnswer> answers = _places.Look(events, steering.Plan);
        IReadOnlyList<LocatedResolver>? resolvers = _places.NewResolvers(steering.Plan, node.Latency.Map);
        lock (_gate)
        {
            if (_viewers.Count == 0)
                return;
            _answers.AddRange(answers);
            _resolvers = resolvers ?? _resolvers;
            if (now < _due)
                return;
            byte[] frame = Frame(traffic, steering.Plan.Topology, now, utcNow);
            _answers.Clear();
            _resolvers = null;
            foreach (Channel<byte[]> viewer in _viewers)
                viewer.Writer.TryWrite(frame);
            _period = TimeSpan.FromTicks(Math.Clamp((long)((node.Now - now).Ticks / MostOfCore), Period.Ticks, LongestPeriod.Ticks));
            // A tick may come a little early.
            _due = now + _period - (Period / 2);
        }
    }

    private byte[] Frame(TrafficPoint traffic, Topology topology, TimeSpan now, DateTimeOffset utcNow)
    {
        IReadOnlyList<AuditEntry> entries = node.Audit.Read(EntriesOfFrame, _ => true, _auditCursor, out _auditCursor);
        return JsonSerializer.SerializeToUtf8Bytes(new LiveFrame(++_sequence, utcNow, _period.TotalSeconds, StatusBuilder.Build(node, time), traffic, _answers, _resolvers,
            [.. node.Feed.Balancers.Select(view => Balancer(view, now))], entries,
            [.. node.Drills.All.Take(DrillsShown).Select(history => DrillReport.Of(history, topology, utcNow))]), AdminJson.Options);
    }

    private static BalancerStatus Balancer(BalancerView view, TimeSpan now)
    {
        BalancerLoad load = view.Load;
        return new BalancerStatus(load.Region, load.Writer, load.Version, view.IsFresh(now), load.Serving, load.Draining, load.Leaving, load.Live, load.Total, load.InFlight,
            Math.Round(load.Rps, 1), load.Capacity, load.Utilisation, load.Errors, load.P50Ms, load.P99Ms, load.Backends);
    }

    private static partial class Log
    {
        [LoggerMessage(291, LogLevel.Warning, "What dashboards show could not be gathered")]
        public static partial void NoFrame(ILogger logger, Exception exception);
    }
}

using System.Diagnostics;
using System.Net;
using GslbServer.Dns;
using GslbServer.Probing;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A running node without its admin listener: zones and geodata loaded, DNS served, endpoints probed, state shared. The admin API asks it; it knows
/// nothing of HTTP.</summary>
public sealed partial class Node : IAsyncDisposable
{
    /// <summary>Of the five seconds that a stop may take: the rest is for telling the other nodes.</summary>
    private static readonly TimeSpan ListenerStopLimit = TimeSpan.FromSeconds(3);

    /// <summary>Octets that a reload must have allocated for its garbage to be worth a pause of all threads that answer.</summary>
    private const long WorthReturning = 32 << 20;

    private readonly TimeProvider _time;
    private readonly ILogger<Node> _logger;
    private readonly SnapshotPublisher _publisher;
    private readonly ProbeSchedule _probes;
    private readonly SigningLoop _signing;
    internal ZoneSharing Sharing { get; }
    private readonly Loader _loader;
    private readonly CancellationTokenSource _stop = new(), _yield = new();
    private readonly ListenSockets _sockets;
    private readonly bool _knewHealth;
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly TransportFiles _transportFiles;
    private readonly ConnectionLimits _connections;
    private readonly ILogger<XdpTransport> _xdpLogger;
    private DnsListeners? _listeners;
    private EncryptedListeners? _encrypted;
    private Task _background = Task.CompletedTask, _writers = Task.CompletedTask;
    private volatile bool _stopping;

    private Node(NodeOptions options, TimeProvider time, ILoggerFactory loggers, Loader loader, DiskState disk, ListenSockets sockets)
    {
        Options = options;
        _sockets = sockets;
        _time = time;
        _logger = loggers.CreateLogger<Node>();
        _xdpLogger = loggers.CreateLogger<XdpTransport>();
        _loader = loader;
        _transportFiles = new TransportFiles(options.Transports, time, _logger);
        _connections = new ConnectionLimits(options.Transports.MaxConnections, options.Transports.MaxConnectionsPerPrefix);
        Events = new EventLog(time);
        List<RedisStore> stores = Stores(options, time);
        Feed = new StateFeed(new NodeIdentity(options.Node, options.Region, options.Cluster, options.ProbeOnly), [.. stores], disk, time, loggers.CreateLogger<StateFeed>());
        Observers = new Observers(options, stores, Counters, () => Serving.Current.Zones, Events, time, loggers);
        Audit = new AuditTrail(options.Node, [.. stores], options.StateDirectory, time, loggers.CreateLogger<AuditTrail>());
        LatencyFeed = new LatencyFeed([.. stores.Select(store => store.Latency)], disk, options.Latency.Epoch, reads: true, time, loggers.CreateLogger<LatencyFeed>());
        _publisher = new SnapshotPublisher(Feed, new LoadLoop(Feed, options.LoadPeriod), Events, Audit, time, loggers.CreateLogger<SnapshotPublisher>()) { Slots = Counters.Slots };
        _probes = new ProbeSchedule(options.Node, options.ExecDirectory, time, loggers.CreateLogger<ProbeSchedule>(), Observed);
        Drills = new DrillWatch(options.Node, Feed, _probes, new DrillBook(disk, loggers.CreateLogger<DrillBook>()), Audit, time);
        Keys = new KeyKeeper(options, [.. stores.Select(store => store.Sealed)], Feed, Audit, LongestTtl, time, loggers.CreateLogger<KeyKeeper>());
        _publisher.Published = Drills.Look;
        Known = disk.LoadReports().FirstOrDefault(r => r.Node == options.Node)?.Observations ?? [];
        _knewHealth = Known.Count > 0;
        StartedAt = time.GetUtcNow();
        _signing = new SigningLoop(loader, _publisher, _reloading, keysChanged: cancel => ReloadAsync("keys", cancel), time, loggers.CreateLogger<SigningLoop>());
        var taker = new ZoneTaker(this, loader, _publisher, _probes, _reloading);
        Updates = new ZoneUpdates(options, loader, taker, Audit, Events, time, loggers.CreateLogger<ZoneUpdates>());
        Pushes = new ZonePushes(options.Node, options.StateDirectory, loader, taker.JudgeAsync, (origin, cancel) => ReloadAsync(origin, cancel), time, loggers.CreateLogger<ZonePushes>());
        Updates.IsPushed = zone => Pushes.VersionOf(zone) is not null;
        Sharing = new ZoneSharing([.. stores.Select(store => store.Zones)], [Updates, Pushes], time, loggers.CreateLogger<ZoneSharing>());
        Zones = new ZoneExchange(options, name => loader.Zones.FindApex(name.Wire), taker.TakeAsync, taker.TryTakeAsync, time, Events, loggers);
        Zones.Queries.Updates = Updates;
        Latency = new LatencyLoop(options, LatencyFeed, () => Feed.Mode, () => Serving.Current.Steering.Plan, Counters, UseAsync, time, loggers.CreateLogger<LatencyLoop>());
    }

    public NodeOptions Options { get; }

    public ServingState Serving => _publisher.Serving;

    public StateFeed Feed { get; }

    /// <summary>Round trips of all nodes and balancers.</summary>
    internal LatencyFeed LatencyFeed { get; }

    /// <summary>What is measured and steered by.</summary>
    internal LatencyLoop Latency { get; }

    /// <summary>Zones to other servers and from them.</summary>
    internal ZoneExchange Zones { get; }

    /// <summary>What dynamic updates changed.</summary>
    internal ZoneUpdates Updates { get; }

    /// <summary>Zones that operators pushed.</summary>
    internal ZonePushes Pushes { get; }

    /// <summary>Zone files and pushed zones as they stand, without what updates changed.</summary>
    internal ZoneSources Sources => new(Options.Zones, Pushes, Zones.In);

    /// <summary>Synthetic failures, under way and of late.</summary>
    internal DrillWatch Drills { get; }

    /// <summary>Keys that zones are signed with.</summary>
    internal KeyKeeper Keys { get; }

    /// <summary>Transitions, overrides, reloads, for the event stream.</summary>
    public EventLog Events { get; }

    /// <summary>What balancers report now; nothing where none does.</summary>
    internal IReadOnlyList<RegionTraffic> Traffic => [.. Feed.Balancers.Where(view => view.IsFresh(Now) && !view.Load.Leaving)
        .Select(view => new RegionTraffic(view.Load.Region, view.Load.Writer, view.Load.Rps, view.Load.InFlight, view.Load.Capacity))];

    /// <summary>Who did what, and why: of all nodes.</summary>
    public AuditTrail Audit { get; }

    public Counters Counters { get; } = new();

    public DateTimeOffset StartedAt { get; }

    /// <summary>Signatures of answers.</summary>
    internal AnswerSignatures AnswerSignatures => _loader.Answers;

    /// <summary>Where DNS is answered, UDP and TCP.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _listeners?.EndPoints ?? [];

    /// <summary>Where DNS over TLS is answered.</summary>
    public IReadOnlyList<IPEndPoint> TlsEndPoints => _encrypted?.Tls ?? [];

    /// <summary>Where DNS over HTTPS is answered.</summary>
    public IReadOnlyList<IPEndPoint> HttpsEndPoints => _encrypted?.Https ?? [];

    /// <summary>TCP, TLS and HTTPS connections open now.</summary>
    public int Connections => _connections.Count;

    /// <summary>Queries that the kernel dropped because a socket's receive buffer was full.</summary>
    public long KernelDrops => _listeners?.KernelDrops ?? 0;

    /// <summary>Null where none is asked for.</summary>
    internal XdpTransport? Xdp => _listeners?.Xdp;

    /// <summary>Warnings of the load in force.</summary>
    public IReadOnlyList<string> Warnings => _loader.Warnings;

    /// <summary>What was wrong with the files when they were last read; empty when they are in force.</summary>
    public IReadOnlyList<string> Refused { get; private set; } = [];

    /// <summary>What is written down and told of this node's work.</summary>
    internal Observers Observers { get; }

    /// <summary>Of the certificate of TLS and HTTPS; null without one.</summary>
    internal DateTimeOffset? CertificateExpiry => _transportFiles.Certificate?.Current.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>How late probes lately were; above a check's cadence this node judges badly.</summary>
    public TimeSpan ProbeLag => _probes.Lag;

    /// <summary>Share of probes, 0..1, that lately failed on this node's own path.</summary>
    public double ProbeFailureRate => _probes.FailureRate;

    /// <summary>Monotonic time on the clock of <see cref="HealthTable.Now"/>.</summary>
    public TimeSpan Now => _time.Now();

    /// <summary>Why the node is not ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady => _stopping ? ["stopping"] :
    [
        .. _knewHealth || _probes.FirstRoundComplete ? Array.Empty<string>() : ["the first round of health checks is not complete"],
        .. Zones.In.Waiting.Select(zone => $"zone {zone} has not yet come from a primary"),
    ];

    private IReadOnlyList<Observation> Known { get; }

    /// <summary>Loads zones and geodata and binds every DNS listener.</summary>
    /// <param name="sockets">To listen on; null for new ones.</param>
    /// <param name="takeover">From a node that serves until this one knows enough to.</param>
    /// <exception cref="StartupException">Zones with errors, an unusable database, a port in use: every problem, one line each.</exception>
    internal static async Task<Node> StartAsync(NodeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel, ListenSockets? sockets = null,
        Takeover? takeover = null, string? problem = null)
    {
        sockets ??= new ListenSockets([]);
        if (takeover is not null)
        {
            // What is wrong is found while the other one has lost nothing. Then all is read once more: it has written until it was asked for its place.
            await (await LoadAsync(options, time, loggers, sockets, problem)).DisposeAsync();
            await takeover.TakeAsync(cancel);
        }

        Node node = await LoadAsync(options, time, loggers, sockets, problem);
        try
        {
            await node.RunAsync(takeover, cancel);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private static async Task<Node> LoadAsync(NodeOptions options, TimeProvider time, ILoggerFactory loggers, ListenSockets sockets, string? problem)
    {
        ILogger<Node> logger = loggers.CreateLogger<Node>();
        var loader = new Loader(options, time, line => Log.Signing(logger, line));
        var node = new Node(options, time, loggers, loader, new DiskState(options.StateDirectory), sockets);
        string[] problems = [.. problem is null ? [] : new[] { problem }, .. node.Zones.LoadKeys(), .. loader.Begin(node.Zones.In.Restore()).Errors, .. PortCheck.Problems(options, sockets)];
        if (problems.Length == 0)
        {
            return node;
        }

        await node.DisposeAsync();
        throw new StartupException(problems);
    }

    /// <summary>Reads zones and geodata again, now. Either all of it takes effect or nothing.</summary>
    /// <param name="origin">Who asks, for the audit trail: an address, a signal, a change of files.</param>
    /// <param name="who">The operator; null where none is.</param>
    public async Task<ReloadResult> ReloadAsync(string origin, CancellationToken cancel, string? who = null)
    {
        using Activity? span = Spans.Begin("reload", ("gslb.origin", origin));
        await _reloading.WaitAsync(cancel);
        try
        {
            _transportFiles.Reload();
            long before = GC.GetTotalAllocatedBytes();
            ZoneSet zonesBefore = _loader.Zones;
            TsigKeys keysBefore = Zones.Keys.Current;
            IReadOnlyList<string> keyErrors = Zones.LoadKeys();
            ReloadResult result = await Task.Run(() => _loader.Load(found: keyErrors), cancel).WaitAsync(_yield.Token);
            Refused = result.Errors;
            Spans.End(span, result.Errors.Count == 0 ? null : $"refused with {result.Errors.Count} errors, first {result.Errors[0]}");
            Observers.Reloads.Count(isApplied: result.Errors.Count == 0);
            if (result.Errors.Count == 0)
            {
                Apply();
                Zones.Changed(zonesBefore, _loader.Zones, changes: null);
                if (GC.GetTotalAllocatedBytes() - before > WorthReturning)
                {
                    ReturnMemory();
                }

                Events.Add("reload", Options.Zones, null, null, result.InForce);
                Log.Reloaded(_logger, result.InForce);
            }
            else
            {
                Zones.Keys.Restore(keysBefore);
                Events.Add("reload", Options.Zones, null, null, $"refused with {result.Errors.Count} errors; in force stays {result.InForce}");
                foreach (string error in result.Errors)
                {
                    Log.LoadError(_logger, error);
                }

                Log.ReloadRefused(_logger, result.Errors.Count, result.InForce);
            }

            LogWarnings(result.Warnings);
            Audit.Add("reload", Options.Zones, entry => entry with
            {
                Who = who,
                Origin = origin,
                Reason = result.Errors.Count == 0 ? null : string.Join("; ", result.Errors),
                Result = result.Errors.Count == 0 ? $"in force: {result.InForce}" : $"refused: in force stays {result.InForce}",
            });
            return result;
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Stops being ready, answers what is in flight, tells the other nodes, stops. Within 5 s.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        Task feed = Feed.StopAsync();
        Task probes = _probes.StopAsync();
        Task encrypted = _encrypted?.StopAsync() ?? Task.CompletedTask;
        if (_listeners is not null)
        {
            await _listeners.StopAsync(ListenerStopLimit);
        }

        await encrypted;
        await Zones.StopAsync();
        await _yield.CancelAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(feed, probes, LatencyFeed.StopAsync(), Audit.StopAsync(), _writers, _background);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _yield.CancelAsync();
        await Task.WhenAll(_writers, _background);
        Sharing.Dispose();
        Pushes.Dispose();
        await Zones.DisposeAsync();
        await _probes.DisposeAsync();
        await LatencyFeed.DisposeAsync();
        await Audit.DisposeAsync();
        await Feed.DisposeAsync();
        _listeners?.Dispose();
        if (_encrypted is not null)
        {
            await _encrypted.DisposeAsync();
        }

        Observers.Dispose();
        Counters.Dispose();
        _reloading.Dispose();
        _yield.Dispose();
        _stop.Dispose();
    }

    private static List<RedisStore> Stores(NodeOptions options, TimeProvider time) =>
        [.. options.Redis.Select(r => new RedisStore(r, options.Cluster, time, options.Signer))];

    private async Task RunAsync(Takeover? takeover, CancellationToken cancel)
    {
        await Feed.StartAsync(cancel);
        await Audit.StartAsync(cancel);
        await LatencyFeed.StartAsync(cancel);
        if (await Keys.StartAsync(cancel) && _loader.Load() is { Errors.Count: > 0 } refused)
        {
            throw new StartupException([.. refused.Errors]);
        }

        Latency.Restore(_loader.Use);
        _publisher.Use(_loader.Zones, _loader.Plan);
        await Pushes.StartAsync(cancel);
        await Sharing.StartAsync(cancel);
        ReturnMemory();
        var clock = new CoarseClock(_time);
        var guard = new QueryGuard(clock, _transportFiles.Secrets, Options.Transports.Rates, LinuxUdpListener.IsSupported ? Options.Threads : 1);
        var handler = new QueryHandler(Serving, new ServerIdentity(Options.Node, $"GslbServer {BuildInfo.Version}"), new ClientNetworks(Options.ExplainAllow), Latency.Solicitor,
            Options.Latency.Beacon is { } below ? new BeaconNames(DomainName.Parse(below)) : null, guard)
        {
            Special = Zones.Queries,
        };
        _listeners = Options.ProbeOnly ? null : DnsListeners.Bind(Options, handler, Counters, _connections, _time, new ResolverWatch(Latency.Meter, Latency.Solicitor), _sockets, _xdpLogger);
        LogWarnings(_loader.Warnings);
        Feed.Changed += _publisher.Request;
        _probes.Apply(_loader.Plan.Topology, Known);
        _publisher.Merged = new ProbeDivision(_probes, Feed, Options.Node).Apply;
        await _probes.StartAsync(cancel);
        _background = Task.Run(() => _publisher.RunAsync(_stop.Token), CancellationToken.None);
        await (takeover is null ? Task.CompletedTask : BeReadyAsync(takeover, cancel));
        _listeners?.Start();
        if (_transportFiles.Certificate is { } certificate && !Options.ProbeOnly)
        {
            _encrypted = await EncryptedListeners.StartAsync(Options.Transports, certificate, handler, _connections, Counters, _time, cancel, _sockets);
        }

        Zones.Changed(ZoneSet.Empty, _loader.Zones, changes: null);
        Zones.In.Start();
        _writers = Task.WhenAll(Task.Run(WatchAsync, CancellationToken.None), Task.Run(() => Latency.RunAsync(_yield.Token), CancellationToken.None),
            Task.Run(() => Keys.RunAsync(_yield.Token), CancellationToken.None), Task.Run(() => Sharing.RunAsync(_yield.Token), CancellationToken.None));
        _background = Task.WhenAll(_background, Task.Run(() => _signing.RunAsync(_stop.Token), CancellationToken.None),
            new DecisionSampler(Counters, Serving, Events, _time).RunAsync(_stop.Token), clock.RunAsync(_stop.Token), Observers.RunAsync(() => NodeMetrics.Read(this, _time), _stop.Token), _transportFiles.WatchAsync(guard, _stop.Token));
    }

    /// <summary>A load leaves several times as much garbage as what it compiled, and a node that then only answers would keep it for days: nothing makes the collector
    /// run. Costs one pause: a few milliseconds, 60 to 70 at a million names; so a small reload is left to the collector's own rounds.</summary>
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private async Task UseAsync(LatencyMap map, LatencyExploration exploration, CancellationToken cancel)
    {
        await _reloading.WaitAsync(cancel);
        try
        {
            _loader.Use(map, exploration);
            _publisher.Use(_loader.Zones, _loader.Plan);
        }
        finally
        {
            _reloading.Release();
        }
    }

    private void Apply()
    {
        _publisher.Use(_loader.Zones, _loader.Plan);
        _probes.Apply(_loader.Plan.Topology);
    }

    private TimeSpan LongestTtl(DomainName zone) => TimeSpan.FromSeconds(Serving.Current.Zones.Zones.FirstOrDefault(z => z.Apex.Equals(zone))?.FindLongestTtl() ?? 0);

    internal void LogWarnings(IReadOnlyList<string> warnings)
    {
        foreach (string warning in warnings)
        {
            Log.LoadWarning(_logger, warning);
        }
    }

    private void Observed(IReadOnlyList<Observation> observations)
    {
        Feed.Observe(observations, _probes.Lag);
        _publisher.Request();
    }
}

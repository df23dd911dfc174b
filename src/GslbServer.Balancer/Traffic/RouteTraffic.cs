namespace GslbServer.Balancer;

/// <summary>What this balancer knows of one route beyond YARP, kept by its name across reloads.</summary>
/// <remarks>Each subject adds one member here, whose type stands in its room and is safe for many threads at once.</remarks>
internal sealed class RouteTraffic(string routeId)
{
    private readonly SettingsMemo<RouteSettings> _settings = new(now => now.Options.Routes.GetValueOrDefault(routeId, RouteSettings.Default));
    private volatile bool _drained;
    private volatile EdgePlan? _edgePlan;

    public string RouteId => routeId;

    /// <summary>An operator keeps new requests from it.</summary>
    public bool IsDrained
    {
        get => _drained;
        set => _drained = value;
    }

    public CanaryRoute Canary { get; } = new();

    public TrafficCounts Counts { get; } = new();

    /// <summary>One counter: requests of this route that are not answered yet.</summary>
    public StripedCounters InFlight { get; } = new(1);

    /// <summary>By <see cref="Refusal"/>.</summary>
    public StripedCounters Refusals { get; } = new(Enum.GetValues<Refusal>().Length);

    /// <summary>Whose bucket it is where a limit counts by route.</summary>
    public ulong LimitKey { get; } = Balancer.LimitKey.Of(routeId.ToUpperInvariant());

    /// <summary>Those in force now.</summary>
    public RouteSettings SettingsOf(Settings now) => _settings.Of(now);

    /// <summary>Of the settings that it names; null before the first request.</summary>
    public EdgePlan? EdgePlan
    {
        get => _edgePlan;
        set => _edgePlan = value;
    }
}

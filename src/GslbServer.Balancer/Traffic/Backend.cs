using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What this balancer knows of one destination beyond YARP. It lives as long as YARP's own state of it, across reloads.</summary>
/// <remarks>Each subject adds one member here, whose type stands in its room and is safe for many threads at once.</remarks>
internal sealed class Backend(DestinationState destination)
{
    private double _operatorWeight = 1;
    private long _came;
    private volatile bool _drained;

    public DestinationState Destination => destination;

    public BackendGate Gate { get; } = new();

    public EjectionRecord Ejection { get; } = new();

    /// <summary>Being proxied to it now, by this balancer.</summary>
    public int InFlight => destination.ConcurrentRequestCount;

    /// <summary>An operator's factor on its weight, 0 or more. 1 unless somebody says otherwise; with 0 nothing new goes to it while others serve.</summary>
    public double OperatorWeight
    {
        get => Volatile.Read(ref _operatorWeight);
        set => Volatile.Write(ref _operatorWeight, value);
    }

    /// <summary>An operator keeps new requests from it.</summary>
    public bool IsDrained
    {
        get => _drained;
        set => _drained = value;
    }

    public PeakEwma Latency { get; } = new();

    /// <summary>Timestamp of when it came last; 0: was always there.</summary>
    public long Came
    {
        get => Volatile.Read(ref _came);
        set => Volatile.Write(ref _came, value);
    }

    /// <summary>What it has gained and not yet paid where backends take turns; of <see cref="PoolSource.Turns"/>.</summary>
    public double Credit { get; set; }

    /// <summary>What it has told of itself.</summary>
    public LoadReports Reports { get; } = new();

    /// <summary>Of its name, the same on every balancer.</summary>
    public ulong IdHash { get; } = HashKey.Hash(destination.DestinationId.ToUpperInvariant());

    public TrafficCounts Counts { get; } = new();
}

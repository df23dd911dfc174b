namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:LoadBalancing</c>: what the policy of that cluster goes by. Which policy it is stands in YARP's <c>LoadBalancingPolicy</c>.</summary>
public sealed record LoadBalancingSettings : ICheckedSettings
{
    private HashKey[]? _keys;

    /// <summary>What RingHash and Maglev take for the client: <c>header:NAME</c>, <c>cookie:NAME</c>, <c>query:NAME</c>, <c>path</c> or <c>address</c>; of several the first that the request has.
    /// Default: the address. A request that has none goes by WeightedPowerOfTwoChoices.</summary>
    public IReadOnlyList<string> HashOn { get; init; } = [];

    /// <summary>RingHash and Maglev leave out a backend with more than this times its share of the requests in flight, and go on to the key's next. 0: never. Default 1.25.</summary>
    public double BoundedLoad { get; init; } = 1.25;

    /// <summary>WeightedLeastRequests: how much requests in flight count against the weight, <c>weight / (in flight + 1)^bias</c>. 0 is weighted random. Default 1, Envoy's.</summary>
    [Between("0", "10")]
    public double ActiveBias { get; init; } = 1;

    public PeakEwmaSettings PeakEwma { get; init; } = new();

    public PrequalSettings Prequal { get; init; } = new();

    /// <summary><see cref="HashOn"/>, read.</summary>
    internal HashKey[] Keys => _keys ??= HashOn.Count == 0 ? [HashKey.Address] : [.. HashOn.Select(HashKey.Parse).OfType<HashKey>()];

    public IEnumerable<string> Errors(string path)
    {
        foreach (string key in HashOn.Where(key => HashKey.Parse(key) is null)) yield return $"{path}:HashOn: \"{key}\", expected {HashKey.Grammar}";
        if (BoundedLoad is not (0 or (>= MinBound and <= MaxBound))) yield return $"{path}:BoundedLoad: {BoundedLoad}, expected 0 for none, or a number from {MinBound} to {MaxBound}";
    }

    /// <summary>With less, a key would wander although nothing is amiss.</summary>
    private const double MinBound = 1.05, MaxBound = 100;
}

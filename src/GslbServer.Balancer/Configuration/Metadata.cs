using System.Globalization;
using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>The words that the balancer reads in YARP's free <c>Metadata</c>, with their defaults and bounds.</summary>
internal static class Metadata
{
    private const string RiseKey = "Rise", FallKey = "Fall", EjectAfterKey = "EjectAfter", WeightKey = "Weight", DrainedKey = "Drained";
    private const int MostProbes = 100, MostErrors = 10_000, DefaultWeight = 1;

    public static int Rise(ClusterConfig cluster) => Read(cluster.Metadata, RiseKey, RiseFall.DefaultRise);

    public static int Fall(ClusterConfig cluster) => Read(cluster.Metadata, FallKey, RiseFall.DefaultFall);

    public static int EjectAfter(ClusterConfig cluster) => Read(cluster.Metadata, EjectAfterKey, GatewayErrorRun.DefaultEjectAfter);

    public static int Weight(DestinationConfig destination) => Read(destination.Metadata, WeightKey, DefaultWeight);

    /// <summary>No new requests; what is in flight ends.</summary>
    public static bool IsDrained(DestinationConfig destination) => destination.Metadata?.GetValueOrDefault(DrainedKey)?.Equals("true", StringComparison.OrdinalIgnoreCase) ?? false;

    public static bool HasWeights(ClusterConfig cluster) =>
        cluster.Destinations?.Values.Any(destination => destination.Metadata?.ContainsKey(WeightKey) ?? false) ?? false;

    /// <summary>Every value that cannot be read or is not within its bounds.</summary>
    public static IEnumerable<string> Errors(ClusterConfig cluster)
    {
        string path = $"ReverseProxy:Clusters:{cluster.ClusterId}";
        IEnumerable<string?> errors =
        [
            Check(cluster.Metadata, path, RiseKey, 1, MostProbes),
            Check(cluster.Metadata, path, FallKey, 1, MostProbes),
            Check(cluster.Metadata, path, EjectAfterKey, 1, MostErrors),
            .. (cluster.Destinations ?? new Dictionary<string, DestinationConfig>()).Select(destination =>
                Check(destination.Value.Metadata, $"{path}:Destinations:{destination.Key}", WeightKey, 0, SmoothWeights.Largest)),
            .. (cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
                .Where(destination => destination.Value.Metadata?.TryGetValue(DrainedKey, out string? text) == true && !bool.TryParse(text, out _))
                .Select(destination => $"{path}:Destinations:{destination.Key}:Metadata:{DrainedKey}: \"{destination.Value.Metadata![DrainedKey]}\", expected true or false"),
        ];
        return errors.OfType<string>();
    }

    private static string? Check(IReadOnlyDictionary<string, string>? metadata, string path, string key, int least, int most) =>
        metadata is null || !metadata.TryGetValue(key, out string? text) || (TryParse(text, out int value) && value >= least && value <= most)
            ? null
            : $"{path}:Metadata:{key}: \"{text}\", expected a whole number from {least} to {most}";

    private static int Read(IReadOnlyDictionary<string, string>? metadata, string key, int otherwise) =>
        metadata is not null && metadata.TryGetValue(key, out string? text) && TryParse(text, out int value) ? value : otherwise;

    private static bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

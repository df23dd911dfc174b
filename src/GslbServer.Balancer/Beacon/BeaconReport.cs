using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.State;

namespace GslbServer.Balancer;

/// <summary>What a browser says it timed: <c>{"v":1,"nonce":"...","samples":[{"region":"eu-west","ms":23.4}]}</c>.</summary>
internal sealed record BeaconReport(int V, string Nonce, IReadOnlyList<BeaconSample> Samples)
{
    public const int MaxOctets = 2048;

    private const int Version = 1, MaxSamples = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 4,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <returns>False for anything but a report of this version, each region in it once. The times are as they came.</returns>
    public static bool TryParse(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out BeaconReport? report)
    {
        report = null;
        try
        {
            BeaconReport? read = octets.Length > MaxOctets ? null : JsonSerializer.Deserialize<BeaconReport>(octets, Json);
            bool isGood = read is { V: Version, Samples.Count: > 0 and <= MaxSamples } && Association.IsNonce(read.Nonce) && read.Samples.All(sample => sample is not null)
                && read.Samples.DistinctBy(sample => sample.Region).Count() == read.Samples.Count;
            if (isGood) report = read;
        }
        catch (JsonException)
        {
            // Foreign text.
        }

        return report is not null;
    }
}

/// <param name="Ms">Milliseconds.</param>
internal sealed record BeaconSample(string Region, double Ms);

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A <see cref="BalancerLoad"/> as written: JSON in camelCase with a version <c>v</c>, as all records.</summary>
/// <param name="Boot">Unix milliseconds.</param>
/// <param name="Errors">Share, 0..1.</param>
internal sealed record HeartbeatRecord(int V, string Region, string Writer, long Boot, long Seq, bool Serving, bool Draining, bool Leaving, int Live, int Total,
    [property: JsonPropertyName("inflight")] int InFlight, double Rps, [property: JsonPropertyName("err5xx")] double Errors, string Version, double? Capacity = null, double? U = null, double? P50Ms = null,
    double? P99Ms = null, IReadOnlyList<BackendRecord>? Backends = null)
{
    /// <summary>Octets of one record; what is longer is not read.</summary>
    public const int MaxLength = 4096;

    /// <summary>Octets of one that tells backends; the rest is for a signature and what versions to come may tell.</summary>
    private const int MostWithBackends = 3072;

    private const int MaxName = 128;

    /// <summary>No machine answers more.</summary>
    private const double MostRequests = 1e12;

    public static byte[] Write(BalancerLoad load)
    {
        byte[] whole = Write(load, load.Backends);
        // Names in other scripts may be long in octets; without them it is told all the same.
        return whole.Length <= MostWithBackends ? whole : Write(load, []);
    }

    private static byte[] Write(BalancerLoad load, IReadOnlyList<BackendLoad> backends) => JsonSerializer.SerializeToUtf8Bytes(new HeartbeatRecord(StateJson.Version, load.Region, load.Writer, load.Boot, load.Sequence,
        load.Serving, load.Draining, load.Leaving, load.Live, load.Total, load.InFlight, Round(load.Rps), Math.Round(load.Errors, 6), load.Version, load.Capacity, Round(load.Utilisation),
        Round(load.P50Ms), Round(load.P99Ms), backends.Count == 0 ? null : [.. backends.Take(BackendLoad.Most).Select(one => new BackendRecord(one.Cluster, one.Name, one.State, one.InFlight))]), HeartbeatJsonContext.Default.HeartbeatRecord);

    /// <returns>False for what is not a version or a heartbeat that we understand, and for figures that cannot be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out BalancerLoad? load)
    {
        load = null;
        try
        {
            if (json.Length <= MaxLength)
                load = JsonSerializer.Deserialize(json, HeartbeatJsonContext.Default.HeartbeatRecord)?.ToLoad();
        }
        catch (JsonException)
        {
        }

        return load is not null;
    }

    private BalancerLoad? ToLoad()
    {
        bool isSound = V == StateJson.Version && Region.Length is > 0 and <= MaxName && Writer.Length is > 0 and <= MaxName && Version.Length <= MaxName && Boot >= 0 && Seq >= 0
            && Live >= 0 && Total >= 0 && InFlight >= 0 && IsAmount(Rps) && Errors is >= 0 and <= 1 && (Capacity is null || (IsAmount(Capacity.Value) && Capacity > 0))
            && (U is null || IsAmount(U.Value)) && (P50Ms is null || IsAmount(P50Ms.Value)) && (P99Ms is null || IsAmount(P99Ms.Value))
            && (Backends is null || (Backends.Count <= BackendLoad.Most && Backends.All(one => one.IsSound)));
        return isSound ? new BalancerLoad(Region, Writer, Boot, Seq, Serving, Draining, Leaving, Live, Total, InFlight, Rps, Capacity, U, Errors, P50Ms, P99Ms, Version)
        {
            Backends = Backends is null ? [] : [.. Backends.Select(one => new BackendLoad(one.C, one.N, one.S, one.F))],
        } : null;
    }

    private static bool IsAmount(double value) => value is >= 0 and < MostRequests;

    private static double Round(double value) => Math.Round(value, 3);

    private static double? Round(double? value) => value is { } known ? Math.Round(known, 4) : null;
}

/// <param name="C">Cluster.</param>
/// <param name="N">Name.</param>
/// <param name="S">One of <see cref="BackendLoad.States"/>.</param>
/// <param name="F">In flight.</param>
internal sealed record BackendRecord(string C, string N, string S, int F)
{
    public bool IsSound => C.Length is > 0 and <= BackendLoad.MaxName && N.Length is > 0 and <= BackendLoad.MaxName && BackendLoad.States.Contains(S) && F >= 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeartbeatRecord))]
internal sealed partial class HeartbeatJsonContext : JsonSerializerContext;

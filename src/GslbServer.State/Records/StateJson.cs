using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Reports and overrides as text, in stores and on disk: JSON in camelCase with a version <c>v</c>. What cannot be read, or is of a newer version, is
/// not read at all: half-understood state is worse than none.</summary>
internal static class StateJson
{
    public const int Version = 1;

    public static byte[] Write(VantageReport report) => JsonSerializer.SerializeToUtf8Bytes(ReportRecord.From(report), StateJsonContext.Default.ReportRecord);

    public static byte[] Write(OperatorOverride value) => JsonSerializer.SerializeToUtf8Bytes(OverrideRecord.From(value), StateJsonContext.Default.OverrideRecord);

    public static byte[] Write(ReportDelta delta) => JsonSerializer.SerializeToUtf8Bytes(delta, StateJsonContext.Default.ReportDelta);

    public static bool TryReadDelta(ReadOnlySpan<byte> json, [NotNullWhen(true)] out ReportDelta? delta)
    {
        delta = null;
        try
        {
            delta = JsonSerializer.Deserialize(json, StateJsonContext.Default.ReportDelta) is { V: Version } read ? read : null;
        }
        catch (JsonException)
        {
        }

        return delta is not null;
    }

    public static bool TryReadReport(ReadOnlySpan<byte> json, [NotNullWhen(true)] out VantageReport? report)
    {
        report = null;
        try
        {
            report = JsonSerializer.Deserialize(json, StateJsonContext.Default.ReportRecord)?.ToReport();
        }
        catch (JsonException)
        {
        }

        return report is not null;
    }

    public static bool TryReadOverride(ReadOnlySpan<byte> json, [NotNullWhen(true)] out OperatorOverride? value)
    {
        value = null;
        try
        {
            value = JsonSerializer.Deserialize(json, StateJsonContext.Default.OverrideRecord)?.ToOverride();
        }
        catch (JsonException)
        {
        }

        return value is not null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportRecord))]
[JsonSerializable(typeof(ReportDelta))]
[JsonSerializable(typeof(OverrideRecord))]
[JsonSerializable(typeof(DiskRecord))]
internal sealed partial class StateJsonContext : JsonSerializerContext;

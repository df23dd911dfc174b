using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GslbServer.State;

/// <summary>An <see cref="AuditEntry"/> as written.</summary>
internal sealed record AuditRecord(int V, string Id, DateTimeOffset At, string Node, string Kind, string Subject, string? From = null, string? To = null, string? Who = null,
    string? Origin = null, string? Reason = null, bool Forced = false, string? Result = null, string? Revision = null)
{
    /// <summary>Octets of one; what is longer was not written by a node.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Characters of a text: a reload may have thousands of errors.</summary>
    private const int MaxText = 1000;

    public static byte[] Write(AuditEntry entry) => JsonSerializer.SerializeToUtf8Bytes(new AuditRecord(StateJson.Version, entry.Id, entry.At, entry.Node, entry.Kind, Cut(entry.Subject)!,
        Cut(entry.From), Cut(entry.To), Cut(entry.Who), Cut(entry.Origin), Cut(entry.Reason), entry.Forced, Cut(entry.Result), entry.Revision), AuditJsonContext.Default.AuditRecord);

    /// <param name="utcNow">What claims to be from more than a day later is refused: ids are made above all that is known.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, DateTimeOffset utcNow, [NotNullWhen(true)] out AuditEntry? entry)
    {
        entry = null;
        try
        {
            if (json.Length <= MaxLength && JsonSerializer.Deserialize(json, AuditJsonContext.Default.AuditRecord) is { V: StateJson.Version } record
                && GslbServer.State.Revision.IsValid(record.Id) && GslbServer.State.Revision.Time(record.Id) < utcNow.AddDays(1))
            {
                entry = new AuditEntry(record.Id, record.At, record.Node, record.Kind, record.Subject)
                {
                    From = record.From,
                    To = record.To,
                    Who = record.Who,
                    Origin = record.Origin,
                    Reason = record.Reason,
                    Forced = record.Forced,
                    Result = record.Result,
                    Revision = record.Revision,
                };
            }
        }
        catch (JsonException)
        {
        }

        return entry is not null;
    }

    private static string? Cut(string? text) => text?.Length > MaxText ? text[..MaxText] + "..." : text;
}


[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;

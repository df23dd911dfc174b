using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GslbServer;

/// <summary>An event as it is delivered: a CloudEvent (specversion 1.0, structured mode), whose data is the event as <c>GET /api/v1/events</c> has it.</summary>
/// <param name="Id">One for each event; the same in each try, so that who gets it twice knows.</param>
internal sealed record WebhookMessage(string Id, byte[] Body)
{
    public const string ContentType = "application/cloudevents+json";

    public static WebhookMessage Of(NodeEvent e, string id, string cluster, string node, string? region) => new(id, JsonSerializer.SerializeToUtf8Bytes(
        new CloudEvent("1.0", id, $"/gslb/{cluster}/{node}", $"gslb.{e.Kind}", e.Subject, e.At.ToUniversalTime(), "application/json",
            new EventData(e.Id, e.At.ToUniversalTime(), e.Kind, e.Subject, e.From, e.To, e.Detail, cluster, node, region)), AdminJson.Options));

    /// <summary>The signature header, as Standard Webhooks has it: for each secret <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>ID.TIMESTAMP.BODY</c>.</summary>
    /// <param name="timestamp">Seconds of the Unix epoch.</param>
    public string Sign(IEnumerable<byte[]> secrets, long timestamp)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{timestamp}.")), .. Body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }

    private sealed record CloudEvent(string Specversion, string Id, string Source, string Type, string Subject, DateTimeOffset Time, string Datacontenttype, EventData Data);

    private sealed record EventData(long Id, DateTimeOffset At, string Kind, string Subject, string? From, string? To, string Detail, string Cluster, string Node, string? Region);
}

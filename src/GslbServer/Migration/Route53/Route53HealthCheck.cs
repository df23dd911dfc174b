using System.Globalization;
using System.Text.Json;

namespace GslbServer;

/// <summary>One of <c>aws route53 list-health-checks</c>.</summary>
/// <param name="Words">Of a CHECK; null where there is none like it (calculated ones, CloudWatch alarms).</param>
internal sealed record Route53HealthCheck(string Id, string Type, string? Words)
{
    private const int SlowInterval = 30, Fall = 2;

    /// <exception cref="InputException">It is no such list.</exception>
    public static IReadOnlyDictionary<string, Route53HealthCheck> ReadAll(string file, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.GetProperty("HealthChecks").EnumerateArray().Select(Read).ToDictionary(check => check.Id);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new InputException($"{file}: expected what `aws route53 list-health-checks` prints: {e.Message}");
        }
    }

    private static Route53HealthCheck Read(JsonElement check)
    {
        JsonElement config = check.GetProperty("HealthCheckConfig");
        string type = config.GetProperty(nameof(Type)).GetString()!;
        string? kind = type switch { "HTTP" or "HTTP_STR_MATCH" => "http", "HTTPS" or "HTTPS_STR_MATCH" => "https", "TCP" => "tcp", _ => null };
        if (kind is null) return new(check.GetProperty(nameof(Id)).GetString()!, type, null);
        int port = config.TryGetProperty("Port", out JsonElement given) ? given.GetInt32() : kind == "https" ? 443 : 80;
        int every = Math.Min(config.TryGetProperty("RequestInterval", out JsonElement interval) ? interval.GetInt32() : SlowInterval, SlowInterval);
        List<string> words = [kind, $"port={port.ToString(CultureInfo.InvariantCulture)}"];
        if (kind != "tcp" && Text("ResourcePath") is { } path) words.Add(HealthCheck.Word($"path={path}"));
        if (Text("FullyQualifiedDomainName") is { } host && kind != "tcp") words.Add(HealthCheck.Word($"host={host}"));
        if (Text("SearchString") is { } body) words.Add(HealthCheck.Word($"body={body}"));
        words.Add($"every={every.ToString(CultureInfo.InvariantCulture)}s");
        words.Add($"fall={(config.TryGetProperty("FailureThreshold", out JsonElement fall) ? fall.GetInt32() : Fall).ToString(CultureInfo.InvariantCulture)}");
        // Route 53 takes 2xx and 3xx, and follows no redirect.
        if (kind != "tcp") words.Add("expect=200-399");
        return new(check.GetProperty(nameof(Id)).GetString()!, type, string.Join(' ', words));

        string? Text(string key) => config.TryGetProperty(key, out JsonElement value) && value.GetString() is { Length: > 0 } text ? text : null;
    }
}

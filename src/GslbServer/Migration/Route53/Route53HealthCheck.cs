using System.Globalization;
using System.Net;
using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>One of <c>aws route53 list-health-checks</c>.</summary>
/// <param name="Words">Of a CHECK; null where there is none like it (calculated ones, CloudWatch alarms).</param>
/// <param name="IsInverted">It passes while the probe fails.</param>
/// <param name="IsDisabled">It is not probed, and counts as passed; inverted too, as failed.</param>
/// <param name="Address">What is probed, whatever the record has; null where <paramref name="Host"/> is looked up for it.</param>
/// <param name="Host">Absolute, lower case; null for none.</param>
internal sealed record Route53HealthCheck(string Id, string Type, string? Words, bool IsInverted, bool IsDisabled, IPAddress? Address, string? Host)
{
    private const string Expected = "expected what `aws route53 list-health-checks` prints";

    /// <summary>Route 53's default, of probes that fail or succeed in a row; the default of <c>rise</c> is the same.</summary>
    private const int SlowInterval = 30, InARow = 3;

    /// <summary>Bound of <c>fall</c> and <c>rise</c>; Route 53's is 10.</summary>
    private const int MostInARow = 100;

    public bool VerifiesHere => Words?.StartsWith("https", StringComparison.Ordinal) ?? false;

    /// <exception cref="InputException">It is no such list; the message names the check and the field.</exception>
    public static IReadOnlyDictionary<string, Route53HealthCheck> ReadAll(string file, string json)
    {
        using JsonDocument document = Route53Export.Parse(file, json, Expected);
        var all = new Route53Fields(file, document.RootElement);
        if (!all.Has("HealthChecks")) throw new InputException($"{file}: no \"HealthChecks\"; {Expected}");
        var checks = new Dictionary<string, Route53HealthCheck>();
        foreach ((int index, Route53Fields fields) in all.Objects("HealthChecks").Index())
        {
            Route53Fields named = fields with { Where = $"{file}: health check {(index + 1).ToString(CultureInfo.InvariantCulture)}{(fields.Excerpt("Id") is { } id ? $" ({id})" : "")}" };
            Route53HealthCheck check = Read(named);
            if (!checks.TryAdd(check.Id, check)) throw named.Wrong("Id", "stands twice");
        }

        return checks;
    }

    private static Route53HealthCheck Read(Route53Fields check)
    {
        string id = check.Text(nameof(Id));
        Route53Fields config = check.Object("HealthCheckConfig") ?? throw new InputException($"{check.Where}: no \"HealthCheckConfig\"; expected an object");
        string type = config.Text(nameof(Type));
        string? kind = type switch { "HTTP" or "HTTP_STR_MATCH" => "http", "HTTPS" or "HTTPS_STR_MATCH" => "https", "TCP" => "tcp", _ => null };
        string? host = config.TextOrNull("FullyQualifiedDomainName") is { Length: > 0 } name ? name : null;
        return new(id, type, kind is null ? null : WordsOf(config, kind, host?.TrimEnd('.')), config.Flag("Inverted"), config.Flag("Disabled"), AddressOf(config),
            host is not null && Route53Text.TryName(host, out DomainName? absolute, out _) ? absolute.ToLower().ToString() : null);
    }

    private static string WordsOf(Route53Fields config, string kind, string? host)
    {
        int port = config.Number("Port", 1, 65535) ?? (kind == "https" ? 443 : 80);
        int every = Math.Min(config.Number("RequestInterval", 1, 3600) ?? SlowInterval, SlowInterval), inARow = config.Number("FailureThreshold", 1, MostInARow) ?? InARow;
        List<string> words = [kind, $"port={Text(port)}"];
        if (kind != "tcp" && config.TextOrNull("ResourcePath") is { Length: > 0 } path) words.Add(HealthCheck.Word($"path={(path.StartsWith('/') ? path : "/" + path)}"));
        if (host is not null && kind != "tcp") words.Add(HealthCheck.Word($"host={host}"));
        if (kind != "tcp" && config.TextOrNull("SearchString") is { Length: > 0 } body) words.Add(HealthCheck.Word($"body={body}"));
        words.Add($"every={Text(every)}s");
        words.Add($"fall={Text(inARow)}");
        // Route 53 has one number for both.
        if (inARow != InARow) words.Add($"rise={Text(inARow)}");
        // Route 53 takes 2xx and 3xx, and follows no redirect.
        if (kind != "tcp") words.Add("expect=200-399");
        return string.Join(' ', words);
    }

    private static IPAddress? AddressOf(Route53Fields config) => config.TextOrNull("IPAddress") is not { Length: > 0 } text ? null
        : IPAddress.TryParse(text, out IPAddress? address) ? address : throw config.Wrong("IPAddress", "expected an IPv4 or IPv6 address");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

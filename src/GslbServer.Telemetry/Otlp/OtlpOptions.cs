using System.Globalization;

namespace GslbServer;

/// <summary>Where metrics and spans are sent by OTLP over HTTP (protobuf), and how: from the program's own option and the variables that OpenTelemetry gives every program.</summary>
public sealed record OtlpOptions
{
    public const string Expected = "expected the address of a collector (OTLP over HTTP) such as http://127.0.0.1:4318";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The whole address; null: metrics are not sent.</summary>
    public Uri? Metrics { get; init; }

    /// <summary>The whole address; null: there are no spans, and what would make them costs nothing.</summary>
    public Uri? Traces { get; init; }

    /// <summary>Headers of requests with metrics, with spans: <c>KEY=VALUE,KEY=VALUE</c>, values percent-encoded. They may hold a token.</summary>
    public (string Metrics, string Traces) Headers { get; init; } = ("", "");

    /// <summary>For one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two exports of metrics.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    public bool IsOn => Metrics is not null || Traces is not null;

    /// <summary>What the standard variables say, and <paramref name="collector"/> before them.</summary>
    /// <param name="collector">Address of a collector, without <c>v1/metrics</c> and the like; null: what the variables say.</param>
    /// <param name="variable">A variable of the environment; null or empty where it is not set.</param>
    /// <param name="errors">Gets a line for each value that cannot be.</param>
    /// <remarks>opentelemetry.io/docs/specs, "Environment Variable Specification" and "OpenTelemetry Protocol Exporter"; a value that cannot be stops the start here, rather than being left out.</remarks>
    public static OtlpOptions Read(Uri? collector, Func<string, string?> variable, ICollection<string> errors)
    {
        string? Of(string name) => variable(name) is { Length: > 0 } value ? value : null;
        if (Of("OTEL_SDK_DISABLED") is { } disabled && disabled.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return new OtlpOptions();
        }

        Uri? common = collector ?? Address(Prefix + "ENDPOINT");
        var options = new OtlpOptions
        {
            Metrics = Signal("METRICS", "v1/metrics"),
            Traces = Signal("TRACES", "v1/traces"),
            Headers = (Of(Prefix + "METRICS_HEADERS") ?? Of(Prefix + "HEADERS") ?? "", Of(Prefix + "TRACES_HEADERS") ?? Of(Prefix + "HEADERS") ?? ""),
        };
        return options with { Timeout = Time(Prefix + "TIMEOUT", options.Timeout), Interval = Time("OTEL_METRIC_EXPORT_INTERVAL", options.Interval) };

        Uri? Signal(string signal, string path)
        {
            Uri? own = collector is null ? Address($"{Prefix}{signal}_ENDPOINT") : null;
            if (Of($"OTEL_{signal}_EXPORTER") is { } exporter && exporter != "otlp")
            {
                if (exporter != "none") errors.Add($"OTEL_{signal}_EXPORTER: '{exporter}', expected otlp or none");
                return null;
            }

            Uri? whole = own ?? (common is null ? null : new Uri(common.AbsoluteUri.TrimEnd('/') + "/" + path));
            string name = Of($"{Prefix}{signal}_PROTOCOL") is null ? Prefix + "PROTOCOL" : $"{Prefix}{signal}_PROTOCOL";
            if (whole is not null && Of(name) is { } protocol && protocol != "http/protobuf" && !errors.Any(error => error.StartsWith(name, StringComparison.Ordinal)))
            {
                errors.Add($"{name}: '{protocol}', expected http/protobuf, which collectors take on port 4318");
            }

            return whole;
        }

        Uri? Address(string name)
        {
            if (Of(name) is not { } text) return null;
            if (TryAddress(text, out Uri? address)) return address;
            errors.Add($"{name}: '{text}', {Expected}");
            return null;
        }

        TimeSpan Time(string name, TimeSpan otherwise)
        {
            if (Of(name) is not { } text) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0 && milliseconds <= Longest.TotalMilliseconds) return TimeSpan.FromMilliseconds(milliseconds);
            errors.Add($"{name}: '{text}', expected milliseconds from 1 to {Longest.TotalMilliseconds}");
            return otherwise;
        }
    }

    public static bool TryAddress(string text, out Uri? address) => Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https" && address.Host.Length > 0;
}

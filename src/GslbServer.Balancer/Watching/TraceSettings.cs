namespace GslbServer.Balancer;

/// <summary><c>Balancer:Trace</c>: traces in the form of W3C Trace Context.</summary>
public sealed record TraceSettings : ICheckedSettings
{
    /// <summary>A request without a trace is given one. A trace that came goes on as it is.</summary>
    public bool Create { get; init; } = true;

    /// <summary>Share of new traces that are marked to be recorded; backends go by it.</summary>
    [Between("0", "1")]
    public double Sample { get; init; } = 0.01;

    /// <summary>Where spans are sent as OTLP over HTTP (protobuf), if not where <see cref="BalancerOptions.Otlp"/> says: the whole address, such as <c>http://127.0.0.1:4318/v1/traces</c>. Without either none
    /// are made. Takes effect at the next start.</summary>
    public Uri? Otlp { get; init; }

    IEnumerable<string> ICheckedSettings.Errors(string path) => Otlp is null or { Scheme: "http" or "https" } ? [] : [$"{path}:Otlp: \"{Otlp}\", expected an address such as http://127.0.0.1:4318/v1/traces"];
}

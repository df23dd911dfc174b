namespace GslbServer.Balancer;

/// <summary><c>LoadBalancing:Prequal</c>.</summary>
public sealed record PrequalSettings : ICheckedSettings
{
    /// <summary>Backends looked at for one request, by chance. Default 16, as the paper's pool of probes.</summary>
    [Between("2", "256")]
    public int Pool { get; init; } = 16;

    /// <summary>Of those, a backend with more requests in flight than this quantile is hot, and taken only when all are. Default 0.84, the paper's.</summary>
    [Between("0", "1")]
    public double Quantile { get; init; } = 0.84;

    /// <summary>What a backend itself has told counts for so long, and one is asked for so long at most. Default 1 s.</summary>
    [Between("50ms", "1m")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Path that each backend answers with how busy it is: <c>X-In-Flight</c> and, if it likes, <c>X-Latency-Ms</c>. Empty, the default: nothing is asked, and the balancer goes by its own requests.</summary>
    public string ProbePath { get; init; } = "";

    /// <summary>Backends asked, after a request has been sent on its way, for the next ones to know; each at most every quarter of <see cref="MaxAge"/>. Default 3, the paper's.</summary>
    [Between("1", "16")]
    public int ProbesPerRequest { get; init; } = 3;

    public IEnumerable<string> Errors(string path) =>
        ProbePath.Length == 0 || (ProbePath[0] == '/' && !ProbePath.Contains(' ')) ? [] : [$"{path}:ProbePath: \"{ProbePath}\", expected a path such as /load, or nothing for none"];
}

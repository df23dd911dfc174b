namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Timeouts</c>. YARP's <c>HttpRequest:ActivityTimeout</c> (nothing moved for 100 s) and a route's <c>Timeout</c> hold besides.</summary>
public sealed record TimeoutSettings : ICheckedSettings
{
    /// <summary>One attempt may take this long to the head of its answer; then another backend is tried. 0: no limit; not said: half of <see cref="Total"/>.</summary>
    [Between("0", "1h")]
    public TimeSpan? PerTry { get; init; }

    /// <summary>The whole exchange, all attempts, waits between them and the body of the answer. 0: no limit.</summary>
    [Between("0", "24h")]
    public TimeSpan Total { get; init; }

    public IEnumerable<string> Errors(string path) =>
        PerTry is { } perTry && Total > TimeSpan.Zero && perTry > Total ? [$"{path}:PerTry: \"{perTry}\", expected at most Total, {Total}"] : [];

    /// <summary>Zero: none.</summary>
    internal TimeSpan OfOneTry => PerTry ?? Total / 2;
}

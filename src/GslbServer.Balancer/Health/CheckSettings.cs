namespace GslbServer.Balancer;

public enum CheckKind
{
    /// <summary>GET of YARP's <c>HealthCheck:Active:Path</c>.</summary>
    Http,

    /// <summary>A TCP connection comes about: says that something listens, not that it works.</summary>
    Tcp,

    /// <summary><c>grpc.health.v1.Health/Check</c> answers SERVING.</summary>
    Grpc,
}

/// <summary><c>Balancer:Clusters:NAME:Check</c>: what an active check asks and expects. Its presence turns YARP's <c>HealthCheck:Active</c> on, where interval, timeout and path stand.</summary>
public sealed record CheckSettings : ICheckedSettings
{
    public CheckKind Kind { get; init; }

    /// <summary>The service that a gRPC check asks about. Empty: the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>Statuses of an HTTP check that are good, as <c>200-299,401</c>.</summary>
    public string ExpectStatus { get; init; } = StatusRanges.Good;

    /// <summary>Text that the first 64 KiB of an HTTP check's answer must hold. Empty: any answer.</summary>
    public string ExpectBody { get; init; } = "";

    /// <summary>Each check waits a random time up to this share of the interval first, so that they do not all come at once.</summary>
    [Between("0", "0.5")]
    public double Jitter { get; init; } = 0.1;

    /// <summary>Of a cluster that says nothing.</summary>
    internal static CheckSettings Default { get; } = new();

    internal StatusRanges Statuses => field ??= StatusRanges.Parse(ExpectStatus)!;

    public IEnumerable<string> Errors(string path)
    {
        if (StatusRanges.Parse(ExpectStatus) is null) yield return $"{path}:ExpectStatus: \"{ExpectStatus}\", expected statuses and ranges of them such as 200-299,401";
        if (Service.Length > GrpcHealth.LongestService) yield return $"{path}:Service: \"{Service}\", expected at most {GrpcHealth.LongestService} characters";
        if (Service.Length > 0 && Kind != CheckKind.Grpc) yield return $"{path}:Service: \"{Service}\", expected only with Kind Grpc";
        if ((ExpectBody.Length > 0 || ExpectStatus != StatusRanges.Good) && Kind != CheckKind.Http) yield return $"{path}: ExpectStatus and ExpectBody, expected only with Kind Http";
    }
}

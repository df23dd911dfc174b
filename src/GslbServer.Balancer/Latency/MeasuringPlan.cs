namespace GslbServer.Balancer;

/// <summary>Whether connections are measured, decided once at the start.</summary>
/// <param name="HasJoined">Stores and a region are given.</param>
/// <param name="Samples">The kernel is asked about connections.</param>
/// <param name="Why">If it has joined and does not sample: why, for people.</param>
internal sealed record MeasuringPlan(bool HasJoined, bool Samples, string Why)
{
    /// <param name="configuration">Where <c>ForwardedHeaders_Enabled</c> (ASP.NET Core's switch for trusted forwarded headers) stands.</param>
    public static MeasuringPlan Of(BalancerOptions options, IConfiguration configuration)
    {
        bool hasJoined = options.Redis.Count > 0 && options.Region is not null;
        string why = !options.Latency.Enabled ? "Balancer:Latency:Enabled is false"
            : !TcpRoundTrip.IsSupported ? "only Linux tells the round trips of connections"
            : bool.TryParse(configuration["FORWARDEDHEADERS_ENABLED"], out bool isForwarded) && isForwarded
                ? "ForwardedHeaders_Enabled says that another proxy stands in front, and the kernel sees the way to that proxy alone" : "";
        return new MeasuringPlan(hasJoined, hasJoined && why.Length == 0, why);
    }
}

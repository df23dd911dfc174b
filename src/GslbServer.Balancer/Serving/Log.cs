using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What the balancer logs: events, never requests.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "serving on {Addresses}; health, readiness and metrics on {Admin}")]
    public static partial void Serving(ILogger logger, string addresses, string admin);

    [LoggerMessage(101, LogLevel.Warning, "{Options} given without {Missing}: the balancer runs alone. Both join it to the global layer")]
    public static partial void RunsAlone(ILogger logger, string options, string missing);

    [LoggerMessage(102, LogLevel.Information, "joined the global layer as {Writer} of region {Region}: its load is told each second, round trips of clients every {Epoch}")]
    public static partial void Joined(ILogger logger, string writer, string region, TimeSpan epoch);

    [LoggerMessage(105, LogLevel.Information, "goes on from the {Rows} round trips that this balancer told before")]
    public static partial void Restored(ILogger logger, int rows);

    [LoggerMessage(103, LogLevel.Warning, "round trips of connections are not measured: {Why}")]
    public static partial void NotMeasured(ILogger logger, string why);

    [LoggerMessage(104, LogLevel.Error, "gathering round trips failed; clients are served all the same")]
    public static partial void CollectingFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 110, Message = "{Cluster}/{Destination}: {Before} -> {After} by its checks ({Cause})")]
    public static partial void HealthChanged(ILogger logger, LogLevel level, string cluster, string destination, DestinationHealth before, DestinationHealth after, string cause);

    [LoggerMessage(111, LogLevel.Warning, "{Cluster}/{Destination}: ejected after {Errors} gateway errors in a row, for {Ejection}")]
    public static partial void Ejected(ILogger logger, string cluster, string destination, int errors, TimeSpan ejection);

    [LoggerMessage(114, LogLevel.Warning, "{Cluster}/{Destination}: ejected for {Ejection}, {Rate:P1} of its answers were good and the others' say at least {Threshold:P1}")]
    public static partial void EjectedOutlier(ILogger logger, string cluster, string destination, double rate, double threshold, TimeSpan ejection);

    [LoggerMessage(115, LogLevel.Information, "{Cluster}/{Destination}: no longer ejected, its check succeeded")]
    public static partial void ReturnedByCheck(ILogger logger, string cluster, string destination);

    [LoggerMessage(116, LogLevel.Warning, "{Cluster}: panic, {Available} of {Total} destinations are available; traffic goes to all of them")]
    public static partial void PanicBegan(ILogger logger, string cluster, int available, int total);

    [LoggerMessage(117, LogLevel.Information, "{Cluster}: panic is over, {Available} of {Total} destinations are available")]
    public static partial void PanicEnded(ILogger logger, string cluster, int available, int total);

    [LoggerMessage(112, LogLevel.Warning, "{Cluster}/{Destination}: breaker open for {Period}, most of its answers are errors")]
    public static partial void BreakerOpened(ILogger logger, string cluster, string destination, TimeSpan period);

    [LoggerMessage(113, LogLevel.Information, "{Cluster}/{Destination}: breaker closed, a probe got through")]
    public static partial void BreakerClosed(ILogger logger, string cluster, string destination);

    [LoggerMessage(118, LogLevel.Warning, "{Pool}/{Destination}: ejected, it did not take connections, for {Ejection}")]
    public static partial void L4Ejected(ILogger logger, string pool, string destination, TimeSpan ejection);

    [LoggerMessage(160, LogLevel.Information, "passing on what comes to {Addresses}")]
    public static partial void L4Listening(ILogger logger, string addresses);

    [LoggerMessage(161, LogLevel.Error, "{File}: {Problem}; the certificate in force stays")]
    public static partial void CertificateRefused(ILogger logger, string file, string problem);

    [LoggerMessage(162, LogLevel.Information, "{File}: certificate for {Names} in force, valid until {Until}")]
    public static partial void CertificateLoaded(ILogger logger, string file, string names, DateTimeOffset until);

    [LoggerMessage(133, LogLevel.Warning, "drain limit reached: {Connections} connections below HTTP broken off")]
    public static partial void L4Broken(ILogger logger, int connections);

    [LoggerMessage(120, LogLevel.Information, "configuration loaded: {Routes} routes, {Clusters} clusters, {Destinations} destinations")]
    public static partial void Loaded(ILogger logger, int routes, int clusters, int destinations);

    [LoggerMessage(121, LogLevel.Error, "configuration refused, the one in force stays. {Count} errors:\n{Errors}")]
    public static partial void Refused(ILogger logger, int count, string errors);

    [LoggerMessage(122, LogLevel.Warning, "Balancer:Admin is now {Admin}; it takes effect at the next start")]
    public static partial void AdminNeedsRestart(ILogger logger, string admin);

    [LoggerMessage(123, LogLevel.Error, "configuration could not be applied, the one in force stays: {Cause}")]
    public static partial void NotApplied(ILogger logger, string cause);

    [LoggerMessage(124, LogLevel.Warning, "{Setting} changed; it takes effect at the next start")]
    public static partial void NeedsRestart(ILogger logger, string setting);

    [LoggerMessage(140, LogLevel.Warning, "{Cluster}: sticky cookies are signed with a key of this process; another balancer and the next start will not know them. Balancer:Affinity:KeyFile names keys for all")]
    public static partial void CookiesOfThisProcess(ILogger logger, string cluster);

    [LoggerMessage(150, LogLevel.Information, "region {Region}: operators want it to {Order}")]
    public static partial void RegionOrdered(ILogger logger, string region, string order);

    [LoggerMessage(151, LogLevel.Information, "by order of an operator: {Target} {Order}")]
    public static partial void Ordered(ILogger logger, string target, string order);

    [LoggerMessage(125, LogLevel.Error, "the access log {Path} cannot be written, its lines are lost: {Cause}")]
    public static partial void AccessLogFailed(ILogger logger, string path, string cause);

    [LoggerMessage(130, LogLevel.Information, "draining: health checks fail from now on; accepting for another {Wait}, then {Limit} for what is in flight")]
    public static partial void Draining(ILogger logger, TimeSpan wait, TimeSpan limit);

    [LoggerMessage(131, LogLevel.Warning, "drain limit reached: {InFlight} requests broken off")]
    public static partial void DrainLimitReached(ILogger logger, int inFlight);

    [LoggerMessage(132, LogLevel.Information, "stopped, nothing was left in flight")]
    public static partial void Stopped(ILogger logger);
}

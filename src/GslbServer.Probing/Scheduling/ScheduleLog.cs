using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

internal static partial class ScheduleLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Monitor} went down as seen from here: {Detail}")]
    public static partial void WentDown(ILogger logger, string monitor, string detail);

    [LoggerMessage(2, LogLevel.Information, "{Monitor} is up again as seen from here: {Detail}")]
    public static partial void CameUp(ILogger logger, string monitor, string detail);

    [LoggerMessage(3, LogLevel.Debug, "{Monitor}: a probe ended {LateMilliseconds:0} ms after its deadline; this node is overloaded or was paused, and the result does not count")]
    public static partial void NodeWasLate(ILogger logger, string monitor, double lateMilliseconds);

    [LoggerMessage(4, LogLevel.Error, "The receiver of observations failed; the next report comes all the same")]
    public static partial void ReceiverFailed(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "The cadences of the probes could not be set; monitors of new cadences are probed only once")]
    public static partial void CadencesFailed(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "A round of probes began {LateMilliseconds:0} ms late and is left out")]
    public static partial void RoundLeftOut(ILogger logger, double lateMilliseconds);

    [LoggerMessage(7, LogLevel.Warning, "{Monitor} could not be probed: {Detail}. Results of probes that this node cannot make do not count")]
    public static partial void NodeLacksMeans(ILogger logger, string monitor, string detail);
}

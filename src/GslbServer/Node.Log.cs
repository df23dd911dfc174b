namespace GslbServer;

public sealed partial class Node
{
    private static partial class Log
    {
        [LoggerMessage(201, LogLevel.Information, "Reloaded: {InForce}")]
        public static partial void Reloaded(ILogger logger, string inForce);

        [LoggerMessage(206, LogLevel.Information, "Signing: {Line}")]
        public static partial void Signing(ILogger logger, string line);

        [LoggerMessage(202, LogLevel.Error, "Reload refused, {Errors} errors. In force stays {InForce}")]
        public static partial void ReloadRefused(ILogger logger, int errors, string inForce);

        [LoggerMessage(203, LogLevel.Warning, "{Warning}")]
        public static partial void LoadWarning(ILogger logger, string warning);

        [LoggerMessage(204, LogLevel.Error, "{Error}")]
        public static partial void LoadError(ILogger logger, string error);

        [LoggerMessage(205, LogLevel.Error, "Reload failed. In force stays topology {Hash}")]
        public static partial void ReloadFailed(ILogger logger, Exception exception, string hash);
    }
}

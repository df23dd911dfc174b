using System.Net;

namespace GslbServer;

/// <summary>Says at the start what an admin listener that others can reach gives away.</summary>
internal static partial class AdminExposure
{
    public static void Warn(AdminListenerOptions options, ILogger logger)
    {
        foreach (string warning in Of(options))
        {
            Log.Exposed(logger, options.EndPoint, warning);
        }
    }

    public static IEnumerable<string> Of(AdminListenerOptions options)
    {
        if (IPAddress.IsLoopback(options.EndPoint.Address))
        {
            yield break;
        }

        bool asks = options.TokenFile is not null || options.Tls?.ClientAuthorityFile is not null;
        if (options.ReadOpen)
        {
            yield return asks ? "whoever reaches it may read status, metrics and events; --admin-read-open no asks for a token"
                : "whoever reaches it may read status, metrics and events, and nobody but loopback may change anything; --admin-token-file gives both to whom you choose";
        }

        if (options.TokenFile is not null && options.Tls is null)
        {
            yield return "tokens travel in the clear; --admin-tls-cert and --admin-tls-key encrypt them";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(831, LogLevel.Warning, "admin {Listener} is not on loopback: {Warning}")]
        public static partial void Exposed(ILogger logger, IPEndPoint listener, string warning);
    }
}

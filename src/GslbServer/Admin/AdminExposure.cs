using System.Net;

namespace GslbServer;

/// <summary>Says at the start what an admin listener that others can reach gives away.</summary>
internal static partial class AdminExposure
{
    public static void Warn(NodeOptions options, ILogger logger)
    {
        foreach (string warning in Of(options))
        {
            Log.Exposed(logger, options.Admin, warning);
        }
    }

    public static IEnumerable<string> Of(NodeOptions options)
    {
        if (IPAddress.IsLoopback(options.Admin.Address))
        {
            yield break;
        }

        bool asks = options.AdminTokenFile is not null || options.AdminTls?.ClientAuthorityFile is not null;
        if (options.AdminReadOpen)
        {
            yield return asks ? "whoever reaches it may read status, metrics and events; --admin-read-open no asks for a token"
                : "whoever reaches it may read status, metrics and events, and nobody but loopback may change anything; --admin-token-file gives both to whom you choose";
        }

        if (options.AdminTokenFile is not null && options.AdminTls is null)
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

using System.ComponentModel;
using System.Diagnostics;

namespace GslbServer;

/// <summary>Starts this program anew to take over from this process: what stands under its name now, with the same command line.</summary>
internal static partial class Successor
{
    private const string Flag = "--takeover";

    /// <summary>Of the one process that systemd started, not of those after it.</summary>
    private static readonly string[] OfThisProcess = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID"];

    public static void Start(ILogger logger)
    {
        try
        {
            // As it was typed, not as the kernel resolved it: the program of an upgrade stands behind the same name, maybe a link.
            string[] line = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
            var start = new ProcessStartInfo(line[0], [.. line[1..].Where(word => word != Flag), Flag]) { UseShellExecute = false };
            Array.ForEach(OfThisProcess, name => start.Environment.Remove(name));
            Process successor = Process.Start(start)!;
            Log.Started(logger, successor.Id, string.Join(' ', line));
            _ = WatchAsync(successor, logger);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            Log.NotStarted(logger, e.Message);
        }
    }

    /// <summary>One that takes over outlives this process.</summary>
    private static async Task WatchAsync(Process successor, ILogger logger)
    {
        using (successor)
        {
            await successor.WaitForExitAsync();
            Log.Ended(logger, successor.Id, successor.ExitCode);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(245, LogLevel.Information, "Started process {Process} to take over: {Line}")]
        public static partial void Started(ILogger logger, int process, string line);

        [LoggerMessage(246, LogLevel.Error, "No successor could be started: {Why}. This process serves on")]
        public static partial void NotStarted(ILogger logger, string why);

        [LoggerMessage(247, LogLevel.Error, "Process {Process}, started to take over, ended with exit code {Code}; this process serves on")]
        public static partial void Ended(ILogger logger, int process, int code);
    }
}

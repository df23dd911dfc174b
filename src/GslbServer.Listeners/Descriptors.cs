using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>Keeps file descriptors free that clients must not take: for probes, stores, zone files, the state directory, and for the runtime, which ends the process when it
/// finds none (it reads <c>/proc/self/status</c> when it starts a thread).</summary>
internal static partial class Descriptors
{
    private const int ResourceOpenFiles = 7; // RLIMIT_NOFILE
    private const int SmallestReserve = 64;

    /// <summary>How many of so many descriptors clients leave alone.</summary>
    public static long ReserveOf(long limit) => Math.Max(SmallestReserve, limit / 4);

    /// <summary>Whether this connection, just accepted, took one of those. Systems other than Linux have no numbers that would tell.</summary>
    public static bool IsOfReserve(Socket accepted)
    {
        // A new descriptor gets the lowest number that is free, so its number says how many are in use. The limit may be changed while we run (prlimit(1)).
        return Limit is { } limit && accepted.Handle >= limit - ReserveOf(limit);
    }

    /// <summary>The most descriptors that this process may have; null where that is unknown.</summary>
    public static long? Limit => OperatingSystem.IsLinux() && GetLimit(ResourceOpenFiles, out Limits limits) == 0 && limits.Soft <= int.MaxValue ? (long)limits.Soft : null;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}

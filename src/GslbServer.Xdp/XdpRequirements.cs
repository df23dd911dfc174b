using System.Globalization;

namespace GslbServer;

/// <summary>What this process and this kernel lack for AF_XDP, before it is tried.</summary>
internal static class XdpRequirements
{
    private static readonly Version Least = new(5, 10);

    /// <summary>By number in capability.h; what SYS_ADMIN has beside its own.</summary>
    private static readonly (string Name, int Bit, int Instead, string For)[] Capabilities =
    [
        ("CAP_NET_ADMIN", 12, 12, "to attach a program to an interface"),
        ("CAP_NET_RAW", 13, 13, "to open AF_XDP sockets"),
        ("CAP_BPF", 39, 21, "to load the program"),
    ];

    /// <returns>One sentence for each thing that is missing; none where it can be tried.</returns>
    public static IReadOnlyList<string> Missing()
    {
        if (!Kernel.IsSupported)
        {
            return ["AF_XDP is there on Linux on x64 and arm64 alone"];
        }

        var missing = new List<string>();
        if (Environment.OSVersion.Version < Least)
        {
            missing.Add($"kernel {Environment.OSVersion.Version} is older than {Least}, the first with all that is needed");
        }

        ulong held = EffectiveCapabilities(File.ReadLines("/proc/self/status"));
        missing.AddRange(Capabilities.Where(c => (held >> c.Bit & 1) == 0 && (held >> c.Instead & 1) == 0).Select(c => $"{c.Name} is missing, {c.For}"));
        const int lockMemory = 14;
        if ((held >> lockMemory & 1) == 0 && LockableMemory(File.ReadLines("/proc/self/limits")) is { } limit && limit < XdpSocket.Memory)
        {
            missing.Add($"the memlock limit of {limit >> 10} KiB is below the {XdpSocket.Memory >> 20} MiB of a queue, and CAP_IPC_LOCK is missing");
        }

        return missing;
    }

    /// <param name="limits">Lines of /proc/self/limits.</param>
    /// <returns>Octets; null for no limit.</returns>
    internal static long? LockableMemory(IEnumerable<string> limits)
    {
        const string name = "Max locked memory";
        string? line = limits.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.TryParse(line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }

    /// <param name="status">Lines of /proc/self/status.</param>
    internal static ulong EffectiveCapabilities(IEnumerable<string> status) =>
        status.FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
            && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong set) ? set : 0;
}

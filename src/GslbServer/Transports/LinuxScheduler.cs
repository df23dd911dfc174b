using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>What a thread asks of Linux's scheduler, by sched_setattr(2).</summary>
internal static unsafe partial class LinuxScheduler
{
    /// <summary>In ns: the shortest that Linux grants.</summary>
    private const ulong ShortSlice = 100_000;

    /// <summary>SCHED_OTHER.</summary>
    private const uint OrdinaryPolicy = 0;

    /// <summary>For the calling thread: short turns, but soon. One that wakes with a short slice goes before what is in the midst of a longer one (EEVDF, since Linux 6.12), such as
    /// this program's own loading. It needs no privilege and takes nobody's share.</summary>
    /// <returns>False from a system that knows no such thing, or forbids it, and for a thread that an operator gave another policy: all is as before then.</returns>
    public static bool AskForShortSlices()
    {
        nint number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 314,
            Architecture.Arm64 => 274,
            _ => -1,
        };
        if (!OperatingSystem.IsLinux() || number < 0)
        {
            return false;
        }

        Attributes attributes = default;
        if (SystemCall(number + 1, 0, &attributes, Attributes.Length, 0) != 0 || attributes.Policy != OrdinaryPolicy)
        {
            return false;
        }

        attributes.Runtime = ShortSlice;
        return SystemCall(number, 0, &attributes, 0, 0) == 0;
    }

    /// <summary>syscall(2): libc has had a function for these two only since 2.41.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint thread, Attributes* attributes, nint third, nint fourth);

    /// <summary>struct sched_attr, its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public const int Length = 48;

        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}

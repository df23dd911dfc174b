using System.Runtime.InteropServices;

namespace GslbServer.Benchmarks;

/// <summary>Counts the instructions that the calling thread executes in user mode, by the processor's own counter (perf_event_open(2)). Unlike time, it does not depend on what
/// else the machine does.</summary>
internal sealed partial class InstructionCounter : IDisposable
{
    private const int Unavailable = -1;

    private readonly int _counter = Open();

    /// <summary>False where there is no such counter: other systems, many virtual machines and containers.</summary>
    public bool IsAvailable => _counter != Unavailable;

    /// <summary>Instructions so far; 0 where there is no counter.</summary>
    public long Read() => IsAvailable && Read(_counter, out long value, sizeof(long)) == sizeof(long) ? value : 0;

    public void Dispose()
    {
        if (IsAvailable) Close(_counter);
    }

    private static int Open()
    {
        const int instructions = 1; // PERF_COUNT_HW_INSTRUCTIONS of type 0, PERF_TYPE_HARDWARE
        const ulong userOnly = 1 << 5 | 1 << 6; // exclude_kernel, exclude_hv
        if (!OperatingSystem.IsLinux()) return Unavailable;
        long number = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 298, Architecture.Arm64 => 241, _ => Unavailable };
        if (number == Unavailable) return Unavailable;
        var attributes = new Attributes { Size = Marshal.SizeOf<Attributes>(), Config = instructions, Flags = userOnly };
        return (int)SystemCall(number, in attributes, thread: 0, processor: -1, group: -1, flags: 0);
    }

    /// <summary>perf_event_attr as it was first, PERF_ATTR_SIZE_VER0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public int Type;
        public int Size;
        public ulong Config;
        public ulong SamplePeriod;
        public ulong SampleType;
        public ulong ReadFormat;
        public ulong Flags;
        public uint WakeupEvents;
        public uint BreakpointType;
        public ulong BreakpointAddress;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, in Attributes attributes, long thread, long processor, long group, ulong flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, out long value, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

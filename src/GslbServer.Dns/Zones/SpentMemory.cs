using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>Gives the pages of an array that nobody will read again back to the system, at once and without a pause. The array itself stays the collector's, which
/// finds it when it comes by.</summary>
/// <remarks>A large load has its peak just before the collector could be asked; to ask it would stop all threads that answer.</remarks>
internal static partial class SpentMemory
{
    private const int DontNeed = 4; // MADV_DONTNEED of madvise(2): private memory reads as zeros from then on, and takes none

    private static readonly nint Page = OperatingSystem.IsLinux() ? PageSize() : 0; // octets

    /// <summary>The content is lost. Nothing else happens where the system has no such call, or does not heed it.</summary>
    public static unsafe void Return<T>(T[] array) where T : unmanaged
    {
        if (!OperatingSystem.IsLinux()) return;
        fixed (T* start = array)
        {
            // Whole pages: what lies beside the array shares the first and the last with it.
            nint first = ((nint)start + Page - 1) & -Page;
            nint end = (nint)(start + array.Length) & -Page;
            if (first < end) _ = Advise(first, end - first, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "getpagesize")]
    private static partial int PageSize();
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GslbServer.Dns;

/// <summary>What is known of the machine's memory.</summary>
internal static class Memory
{
    public const int CacheLine = 64; // octets, of every processor this is likely to meet

    /// <summary>Asks for cache lines that will be read soon. A hint: nothing happens where the processor has no such instruction, nor when the garbage
    /// collector moves the memory meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ref byte start, int lines)
    {
        if (!Sse.IsSupported) return;
        byte* at = (byte*)Unsafe.AsPointer(ref start);
        for (int i = 0; i < lines; i++) Sse.Prefetch0(at + (i * CacheLine));
    }
}

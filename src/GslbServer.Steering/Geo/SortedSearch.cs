using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>The search that place tables share.</summary>
internal static class SortedSearch
{
    /// <summary>The last index of <paramref name="low"/> to <paramref name="last"/> whose value is at most the key; <paramref name="low"/>'s is taken
    /// to be.</summary>
    /// <remarks>A comparison here goes either way with even odds, so it is added, not jumped over: half the time of the same loop with a branch.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LastAtMost(ulong[] values, int low, int last, ulong key)
    {
        int length = last - low;
        while (length > 0)
        {
            int half = (length + 1) >> 1;
            low += half * Unsafe.BitCast<bool, byte>(values[low + half] <= key);
            length -= half;
        }

        return low;
    }
}

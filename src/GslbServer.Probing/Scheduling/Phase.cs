using System.Text;

namespace GslbServer.Probing;

/// <summary>When in its period a monitor is probed: fixed by the vantage's and the monitor's names, so that probes spread evenly, nodes do not probe in step,
/// and a restart changes nothing.</summary>
internal static class Phase
{
    /// <returns>0 up to, not including, <paramref name="period"/>.</returns>
    public static TimeSpan Of(string node, string monitor, TimeSpan period)
    {
        ulong hash = Hash(Hash(14695981039346656037, node) ^ 0xff, monitor);
        // FNV's low bits are weak for short suffixes that differ in one digit; this is the finisher of MurmurHash3.
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        hash ^= hash >> 33;
        return new TimeSpan((long)(hash % (ulong)period.Ticks));
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Hash(ulong hash, string text)
    {
        foreach (byte octet in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ octet) * 1099511628211;
        return hash;
    }
}

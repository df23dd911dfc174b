namespace GslbServer.Balancer;

/// <summary>Answers and errors among them over a sliding window of ten parts. Safe for many threads, without locks.</summary>
internal sealed class ErrorWindow
{
    private const int Parts = 10, Bits = 20;

    private const long Most = (1 << Bits) - 1, StampMask = (1L << 23) - 1;

    // Per part, in one word so that it turns as a whole: which turn it is of, errors, answers.
    private readonly long[] _parts = new long[Parts];

    /// <returns>What is in the window now, this one included.</returns>
    public (int Errors, int Total) Add(bool isError, TimeSpan now, TimeSpan window)
    {
        long turn = now.Ticks / (window.Ticks / Parts);
        ref long part = ref _parts[turn % Parts];
        while (true)
        {
            long before = Volatile.Read(ref part);
            (long errors, long total) = Stamp(before) == (turn & StampMask) ? (ErrorsOf(before), TotalOf(before)) : (0, 0);
            if (isError && errors < Most) errors++;
            if (total < Most) total++;
            if (Interlocked.CompareExchange(ref part, ((turn & StampMask) << (2 * Bits)) | (errors << Bits) | total, before) == before) break;
        }

        // Only an error can be one too many: what goes well is not summed up.
        return isError ? Sum(turn) : default;
    }

    public void Clear() => Array.Clear(_parts);

    private (int Errors, int Total) Sum(long turn)
    {
        long errors = 0, total = 0;
        foreach (ref long part in _parts.AsSpan())
        {
            long value = Volatile.Read(ref part);
            if (((turn - Stamp(value)) & StampMask) >= Parts) continue;
            errors += ErrorsOf(value);
            total += TotalOf(value);
        }

        return ((int)errors, (int)total);
    }

    private static long Stamp(long part) => (part >> (2 * Bits)) & StampMask;

    private static long ErrorsOf(long part) => (part >> Bits) & Most;

    private static long TotalOf(long part) => part & Most;
}

namespace GslbServer.Dns;

/// <summary>Times in seconds as master files write them: <c>3600</c>, or numbers with the units w d h m s in either case, <c>1h30m</c>.</summary>
public static class TtlText
{
    /// <summary>31 bits (RFC 2181 section 8).</summary>
    public const uint Max = int.MaxValue;

    /// <returns>False for anything but digits with units; a number without unit stands alone, as in BIND.</returns>
    /// <param name="seconds">May be above <see cref="Max"/>: the caller says what its limit is. Never above 2^53.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong seconds)
    {
        const ulong Enough = 1UL << 33;
        seconds = 0;
        ulong number = 0;
        int digits = 0;
        bool hasUnits = false;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                number = Math.Min(number * 10 + (ulong)(c - '0'), Enough);
                digits++;
                continue;
            }
            ulong unit = (c | 0x20) switch { 'w' => 604_800, 'd' => 86_400, 'h' => 3_600, 'm' => 60, 's' => 1, _ => 0 };
            if (unit == 0 || digits == 0)
                return false;
            seconds = Math.Min(seconds + number * unit, Enough << 20);
            (number, digits, hasUnits) = (0, 0, true);
        }
        if (hasUnits)
            return digits == 0;
        seconds = number;
        return digits > 0;
    }
}

using System.Globalization;

namespace GslbServer.State;

/// <summary>Revisions of overrides: a hybrid logical clock. <c>001795224000000-000000-node</c>: milliseconds since 1970 (15 digits), a counter (6 digits), the
/// node that wrote. Ordinal order is the order of writes, whatever the nodes' clocks say, since each is made above all that its writer knew.</summary>
public static class Revision
{
    /// <summary>Below every revision.</summary>
    public const string None = "";

    private const int MillisecondDigits = 15, CounterDigits = 6;
    private const int NodeStart = MillisecondDigits + 1 + CounterDigits + 1;
    private const int MaxCounter = 999_999;

    /// <summary>The end of the year 9999: what claims to be later is no revision, so one can always be made above.</summary>
    private const long MaxMilliseconds = 253_402_300_799_999;

    /// <param name="highest">The highest revision known; <see cref="None"/> without one.</param>
    public static string Next(string highest, DateTimeOffset utcNow, string node)
    {
        long milliseconds = utcNow.ToUnixTimeMilliseconds();
        int counter = 0;
        if (TryParse(highest, out long knownMilliseconds, out int knownCounter) && knownMilliseconds >= milliseconds)
        {
            // The last there is, which only a forger writes: what follows it must be read as one, too.
            if (knownMilliseconds == MaxMilliseconds && knownCounter == MaxCounter)
                return highest + "~";
            milliseconds = knownMilliseconds + (knownCounter == MaxCounter ? 1 : 0);
            counter = knownCounter == MaxCounter ? 0 : knownCounter + 1;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds:D15}-{counter:D6}-{node}");
    }

    public static bool IsValid(string revision) => TryParse(revision, out _, out _);

    /// <summary>When it was made, by its writer's clock.</summary>
    public static DateTimeOffset Time(string revision) =>
        TryParse(revision, out long milliseconds, out _) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;

    private static bool TryParse(string revision, out long milliseconds, out int counter)
    {
        milliseconds = 0;
        counter = 0;
        return revision.Length > NodeStart && revision[MillisecondDigits] == '-' && revision[NodeStart - 1] == '-'
            && long.TryParse(revision.AsSpan(0, MillisecondDigits), NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds)
            && int.TryParse(revision.AsSpan(MillisecondDigits + 1, CounterDigits), NumberStyles.None, CultureInfo.InvariantCulture, out counter)
            && milliseconds <= MaxMilliseconds;
    }
}

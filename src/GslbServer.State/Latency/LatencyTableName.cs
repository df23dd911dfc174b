using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GslbServer.State;

/// <summary>One table of round trips in a store: the rows that a writer told at the end of an epoch, or the map that was decided for an epoch.</summary>
/// <param name="Writer">Empty for a map.</param>
public readonly record struct LatencyTableName(uint Epoch, string Writer)
{
    /// <summary>Octets of one table. The 200,000 cells of a collector take about 2 MB, a map of 200,000 prefixes and 8 regions 14 MiB.</summary>
    public const int MaxOctets = 32 * 1024 * 1024;

    public bool IsMap => Writer.Length == 0;

    public static LatencyTableName Map(uint epoch) => new(epoch, "");

    /// <summary>What epochs are counted in, here and everywhere: seconds since 1970 divided by the length of one.</summary>
    public static uint EpochAt(DateTimeOffset utc, TimeSpan length) => (uint)Math.Clamp(utc.ToUnixTimeSeconds() / (long)length.TotalSeconds, 0, uint.MaxValue);

    /// <summary><c>5849310:eu-1</c>; <c>5849310:</c> for a map.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Writer}");

    public static bool TryParse([NotNullWhen(true)] string? text, out LatencyTableName name)
    {
        int colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        name = default;
        if (text is null || colon < 0 || !uint.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out uint epoch))
            return false;
        name = new LatencyTableName(epoch, text[(colon + 1)..]);
        return true;
    }
}

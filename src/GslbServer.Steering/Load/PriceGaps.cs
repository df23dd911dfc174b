namespace GslbServer.Steering;

/// <summary>By how much the targets of an order are farther away than its first: an octet each, so that places that a price moves alike are one class. Whole milliseconds up
/// to 20, then steps of 5 %, which is about what round trips are known to.</summary>
internal static class PriceGaps
{
    /// <summary>Comes first whatever the prices: a <c>map</c> rule put it there.</summary>
    public const byte Pinned = byte.MaxValue;

    private const int Linear = 20;

    private const double Ratio = 1.05;

    /// <summary>Above every price with its <see cref="PricedOrder">dither</see>.</summary>
    private const byte Beyond = 68;

    /// <summary>Where nothing at all is known of a place, the order written counts as steps of what is otherwise held for equal.</summary>
    private const double UnknownStepMs = 5;

    private static readonly double[] Milliseconds = [.. Enumerable.Range(0, Beyond + 1).Select(code => code <= Linear ? code : Linear * Math.Pow(Ratio, code - Linear))];

    public static double Ms(byte gap) => Milliseconds[gap];

    /// <summary>An order has its own memory: what settled a little behind another may yet be in front of it. So gaps never fall along the order, and without prices nothing moves.</summary>
    /// <param name="order">Ordinals; the first <paramref name="pinned"/> of them stay first.</param>
    /// <param name="ms">By ordinal; NaN for not known.</param>
    /// <param name="gaps">As long as the order.</param>
    public static void Write(ReadOnlySpan<byte> order, int pinned, ReadOnlySpan<double> ms, Span<byte> gaps)
    {
        gaps[..pinned].Fill(Pinned);
        byte last = 0;
        for (int i = pinned; i < order.Length; i++)
        {
            double first = ms[order[pinned]];
            byte gap = double.IsNaN(first) ? CodeOf((i - pinned) * UnknownStepMs) : CodeOf(ms[order[i]] - first);
            gaps[i] = last = Math.Max(last, gap);
        }
    }

    private static byte CodeOf(double ms) => ms <= 0 ? (byte)0 : ms < Linear ? (byte)Math.Round(ms)
        : ms < Milliseconds[Beyond] ? (byte)(Linear + Math.Round(Math.Log(ms / Linear) / Math.Log(Ratio))) : Beyond;
}

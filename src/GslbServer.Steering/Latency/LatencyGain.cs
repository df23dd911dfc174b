namespace GslbServer.Steering;

/// <summary>When one region is so much nearer than another that it is worth a move: by the largest of some milliseconds, some percent and two standard errors.</summary>
/// <param name="ms">Larger differences count.</param>
/// <param name="share">Of the smaller round trip; larger ones count.</param>
internal readonly struct LatencyGain(double ms, double share, double standardErrors)
{
    public static LatencyGain Of(LatencyOptions options) => new(options.GainMs, options.GainShare, options.GainStandardErrors);

    public static LatencyGain OfFirstMoves(LatencyOptions options) => new(options.FirstGainMs, options.FirstGainShare, options.GainStandardErrors);

    public static LatencyGain OfResolvers(LatencyOptions options) => new(options.ResolverGainMs, options.ResolverGainShare, options.GainStandardErrors);

    /// <summary>Of milliseconds; NaN is not known, and worse than what is.</summary>
    public bool IsWorth(double present, double presentError, double other, double otherError)
    {
        if (double.IsNaN(present))
            return double.IsFinite(other) && double.IsFinite(otherError);
        double gain = present - other;
        return gain > ms && gain > share * other
            && gain > standardErrors * Math.Sqrt((presentError * presentError) + (otherError * otherError));
    }

    /// <summary>Whether a value moved by more than that.</summary>
    public bool IsNews(double settled, double fresh, double error)
        => Math.Abs(fresh - settled) > Math.Max(Math.Max(ms, share * settled), standardErrors * error);

    /// <summary>Moves to the front, place by place, what is worth a move; all else keeps its order.</summary>
    /// <param name="order">Ordinals into the values.</param>
    public void Settle(Span<byte> order, ReadOnlySpan<double> values, ReadOnlySpan<double> errors)
    {
        for (int place = 0; place + 1 < order.Length; place++)
            Lead(order[place..], values, errors);
    }

    /// <summary>Moves to the front the best of what is worth a move.</summary>
    public void Lead(Span<byte> order, ReadOnlySpan<double> values, ReadOnlySpan<double> errors)
    {
        int present = order[0];
        int best = 0;
        for (int i = 1; i < order.Length; i++)
        {
            int other = order[i];
            if (IsWorth(values[present], errors[present], values[other], errors[other]) && (best == 0 || values[other] < values[order[best]]))
                best = i;
        }

        byte moved = order[best];
        order[..best].CopyTo(order[1..]);
        order[0] = moved;
    }
}

namespace GslbServer.Steering;

/// <summary>When one region is so much nearer than another that it is worth a move: by the largest of 5 ms, 10 % and two standard errors.</summary>
internal readonly struct LatencyGain(LatencyOptions options)
{
    /// <summary>Of milliseconds; NaN is never better nor worse.</summary>
    public bool IsWorth(double present, double presentError, double other, double otherError)
    {
        double gain = present - other;
        return gain > options.GainMs && gain > options.GainShare * other
            && gain > options.GainStandardErrors * Math.Sqrt((presentError * presentError) + (otherError * otherError));
    }

    /// <summary>Whether a value moved by more than that.</summary>
    public bool IsNews(double settled, double fresh, double error)
        => Math.Abs(fresh - settled) > Math.Max(Math.Max(options.GainMs, options.GainShare * settled), options.GainStandardErrors * error);

    /// <summary>Moves to the front, place by place, what is worth a move; all else keeps its order.</summary>
    /// <param name="order">Ordinals into the values.</param>
    public void Settle(Span<byte> order, ReadOnlySpan<double> ms, ReadOnlySpan<double> errors)
    {
        for (int place = 0; place + 1 < order.Length; place++)
        {
            int present = order[place];
            int best = place;
            for (int i = place + 1; i < order.Length; i++)
            {
                int other = order[i];
                if (IsWorth(ms[present], errors[present], ms[other], errors[other]) && (best == place || ms[other] < ms[order[best]]))
                    best = i;
            }

            byte moved = order[best];
            order[place..best].CopyTo(order[(place + 1)..(best + 1)]);
            order[place] = moved;
        }
    }
}

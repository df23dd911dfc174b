namespace GslbServer.Steering;

/// <summary>How much a monitor flaps (RFC 2439): each turn to DOWN adds a penalty that decays by halves; above a limit its endpoint gets no clients, although up,
/// until the penalty has decayed. The default value is that of a monitor that never went down.</summary>
/// <param name="Penalty">At <paramref name="At"/>.</param>
/// <param name="At">When it last went down.</param>
/// <param name="Flaps">Turns to DOWN that the penalty remembers.</param>
/// <param name="SuppressedUntil">When the penalty allows it back, in the past too; null while it never flapped that much.</param>
/// <remarks>The ceiling of RFC 2439 section 4.2 bounds the time from the last flap to the return.</remarks>
public readonly record struct FlapDamping(double Penalty, TimeSpan At, int Flaps, TimeSpan? SuppressedUntil)
{
    public const double PerFlap = 1000, Suppress = 3000, Reuse = 1000;

    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(5), Longest = TimeSpan.FromMinutes(30);

    private static readonly double Ceiling = Reuse * Math.Pow(2, Longest / HalfLife);

    public double PenaltyAt(TimeSpan now) => now <= At ? Penalty : Penalty * Math.Pow(2, -((now - At) / HalfLife));

    public bool IsSuppressed(TimeSpan now) => SuppressedUntil > now;

    /// <summary>One more turn to DOWN.</summary>
    public FlapDamping Down(TimeSpan now)
    {
        double before = PenaltyAt(now);
        double penalty = Math.Min(before + PerFlap, Ceiling);
        // Half of the reuse limit is where RFC 2439 section 4.8.4 forgets a history.
        int flaps = before < Reuse / 2 ? 1 : Flaps + 1;
        bool suppressed = penalty >= Suppress || IsSuppressed(now);
        return new FlapDamping(penalty, now, flaps, suppressed ? now + (HalfLife * Math.Log2(penalty / Reuse)) : SuppressedUntil);
    }

    /// <summary>For people: <c>suppressed after 4 flaps, returns in ~8 min</c>.</summary>
    public string Describe(TimeSpan now)
    {
        double minutes = ((SuppressedUntil ?? now) - now).TotalMinutes;
        return FormattableString.Invariant($"suppressed after {Flaps} flaps, returns in ~{Math.Max(1, Math.Round(minutes)):0} min");
    }
}

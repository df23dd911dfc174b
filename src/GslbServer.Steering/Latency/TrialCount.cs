namespace GslbServer.Steering;

/// <summary>Counts what moves did. Of very many the older weigh less.</summary>
internal struct TrialCount(LatencyTrials before)
{
    private const int MostWeight = 1000;

    /// <summary>Fewer that kept what they had say nothing of the others.</summary>
    private const int LeastHeldOut = 20;

    public LatencyTrials Value { get; private set; } = before;

    /// <summary>How much round trips grew without any move, ms; never below 0.</summary>
    public readonly double Drift => Value.HeldOut < LeastHeldOut ? 0 : Math.Max(0, Value.HeldOutDrift);

    public void Moved(double predicted, double gain, bool reverted) => Value = Value with
    {
        Moved = Value.Moved + 1,
        PredictedGain = Mean(Value.PredictedGain, Value.Moved, predicted),
        RealisedGain = Mean(Value.RealisedGain, Value.Moved, gain),
        Reverted = Value.Reverted + (reverted ? 1 : 0),
    };

    public void HeldOut(double drift) => Value = Value with { HeldOut = Value.HeldOut + 1, HeldOutDrift = Mean(Value.HeldOutDrift, Value.HeldOut, drift) };

    private static double Mean(double mean, int count, double value) => Math.Round(mean + ((value - mean) / Math.Min(MostWeight, count + 1)), 3);
}

namespace GslbServer.Steering;

/// <summary>Passes what happens on to a recorder.</summary>
internal readonly struct RecordingTracer(ExplanationRecorder recorder) : ITracer
{
    public ExplanationRecorder Recorder { get; } = recorder;

    public void Enter(in SteeringWalk walk, NamePlan plan, bool useSubnet, TakeMode mode, ReadOnlySpan<byte> order, ulong key)
        => Recorder.Enter(walk, plan, useSubnet, mode, order.ToArray(), key);

    public void Tried(int ordinal, bool taken) => Recorder.Tried(ordinal, taken);

    public void Leave() => Recorder.Leave();

    public void AllDown(NamePlan plan) => Recorder.AllDown(plan);
}

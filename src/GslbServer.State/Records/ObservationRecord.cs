using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>An <see cref="Observation"/> as written.</summary>
/// <param name="Verdict"><c>unknown</c>, <c>up</c> or <c>down</c>.</param>
internal sealed record ObservationRecord(string Monitor, string Verdict, int Streak, double RttMilliseconds, string Detail)
{
    /// <summary>Characters of a detail that are passed on: it may quote a server's answer, and every node reads it each second.</summary>
    private const int MaxDetail = 200;

    public static ObservationRecord From(Observation observation) => new(
        observation.Monitor,
        observation.Verdict switch { Steering.Verdict.Up => "up", Steering.Verdict.Down => "down", _ => "unknown" },
        observation.Streak,
        double.IsFinite(observation.RttMilliseconds) ? Math.Round(observation.RttMilliseconds, 3) : 0,
        observation.Detail.Length > MaxDetail ? observation.Detail[..MaxDetail] : observation.Detail);

    public Observation? ToObservation() => Verdict switch
    {
        "up" => new Observation(Monitor, Steering.Verdict.Up, Streak, RttMilliseconds, Detail),
        "down" => new Observation(Monitor, Steering.Verdict.Down, Streak, RttMilliseconds, Detail),
        "unknown" => new Observation(Monitor, Steering.Verdict.Unknown, Streak, RttMilliseconds, Detail),
        _ => null,
    };
}

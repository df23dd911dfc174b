namespace GslbServer.Probing;

/// <summary>How often this vantage's own path spoils a probe: failures of what is up and succeeds again before it counts as down, among all probes of what is up. Endpoints that
/// really go down do not count. Thread-safe.</summary>
internal sealed class FailureBaseline
{
    /// <summary>With fewer probes than this nothing is known.</summary>
    private const double Enough = 200;

    /// <summary>Then both counts are halved, so that they follow the path as it is now.</summary>
    private const double Window = 2000;

    private readonly Lock _lock = new();
    private double _probes, _failures;

    /// <summary>0..1.</summary>
    public double Rate
    {
        get
        {
            lock (_lock)
                return _probes < Enough ? 0 : _failures / _probes;
        }
    }

    public void Count(JudgeState before, bool success)
    {
        if (!success || before.Verdict != Steering.Verdict.Up)
            return;
        lock (_lock)
        {
            int blip = Math.Max(-before.Streak, 0);
            _probes += 1 + blip;
            _failures += blip;
            if (_probes >= Window)
                (_probes, _failures) = (_probes / 2, _failures / 2);
        }
    }
}

using GslbServer.Steering;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Probing;

/// <summary>One monitor as this vantage knows it: what to probe, and the counters so far. Lives as long as its key is in the topology. Only the one probe
/// under way changes the counters; anyone may read <see cref="Observation"/>.</summary>
internal sealed class Watch
{
    /// <summary>What the zone language gives a CHECK without <c>timeout=</c>; only that one may be raised for a far region.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RaisedAtMost = TimeSpan.FromSeconds(2);

    private volatile Observation _observation;
    private readonly Lock _counting = new();
    private JudgeState _state;
    private JudgeState? _true;
    private TimeSpan? _smoothedRoundTrip;
    private int _running, _claimed;
    private volatile bool _probed, _ended, _drilled;
    private volatile Definition _definition;

    public Watch(Definition definition, TimeSpan phase, Observation? known)
    {
        _definition = definition;
        Phase = phase;
        _state = known is null ? default : new(known.Verdict, known.Streak);
        _observation = known ?? new(definition.Monitor.Key, Verdict.Unknown, 0, 0, "not yet probed");
    }

    /// <summary>What the present topology says of the monitor. Replaced as a whole: indices move when a zone changes though the key stays.</summary>
    internal sealed record Definition(Monitor Monitor, Check Check, string Region);

    public Definition Present
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>When in each period of its cadence it is probed.</summary>
    public TimeSpan Phase { get; }

    public Observation Observation => _observation;

    /// <summary>A result of our own has been counted.</summary>
    public bool Probed => _probed;

    /// <summary>No longer in the topology: results still under way are thrown away.</summary>
    public bool Ended => _ended;

    public void End() => _ended = true;

    /// <summary>In a drill every result counts as failed, and what is true is counted beside it.</summary>
    public bool Drilled
    {
        get => _drilled;
        set => _drilled = value;
    }

    /// <summary>True for the one caller that is to make the first probe.</summary>
    public bool ClaimFirst() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>False while a probe is under way; otherwise it now is, until <see cref="Finish"/>.</summary>
    public bool TryStart() => !_ended && Interlocked.CompareExchange(ref _running, 1, 0) == 0;

    public void Finish() => Volatile.Write(ref _running, 0);

    public bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>0.5 s and four round trips (TCP, TLS and HTTP take three, one is for the server), within timeout..2 s and never above the cadence.</summary>
    public TimeSpan Timeout
    {
        get
        {
            Check check = _definition.Check;
            TimeSpan timeout = check.Timeout;
            if (timeout == DefaultTimeout && _smoothedRoundTrip is { } roundTrip)
            {
                TimeSpan wanted = TimeSpan.FromSeconds(0.5) + 4 * roundTrip;
                timeout = wanted < timeout ? timeout : wanted < RaisedAtMost ? wanted : RaisedAtMost;
            }
            return timeout < check.Every ? timeout : check.Every;
        }
    }

    /// <summary>Learns a round trip, of failed probes too: a far endpoint that never answers in time must get its longer timeout.</summary>
    public void Learn(TimeSpan roundTrip) =>
        // RFC 6298 section 2: alpha 1/8.
        _smoothedRoundTrip = _smoothedRoundTrip is { } before ? before + (roundTrip - before) / 8 : roundTrip;

    /// <summary>Counts a result.</summary>
    /// <param name="baseline">Failures that are this vantage's own.</param>
    /// <returns>What it was before and is now.</returns>
    public (JudgeState Before, JudgeState After) Count(ProbeResult result, TimeSpan? roundTrip, double baseline = 0)
    {
        Check check = _definition.Check;
        int fall = HealthJudge.FallAt(baseline, check.Fall);
        lock (_counting)
        {
            JudgeState before = _state;
            bool drilled = _drilled;
            _true = drilled ? HealthJudge.Next(_true ?? before, result.Success, fall, check.Rise) : null;
            _state = HealthJudge.Next(before, result.Success && !drilled, fall, check.Rise);
            double milliseconds = result.Success ? roundTrip?.TotalMilliseconds ?? 0 : _observation.RttMilliseconds;
            _observation = new(_definition.Monitor.Key, _state.Verdict, _state.Streak, milliseconds, drilled ? $"drill; in truth {result.Detail}" : result.Detail);
            _probed = true;
            return (before, _state);
        }
    }

    /// <summary>Ends a drill at once: what is true counts, without a way back.</summary>
    public void Undrill()
    {
        lock (_counting)
        {
            _drilled = false;
            if (_true is not { } real)
                return;
            (_state, _true) = (real, null);
            _observation = _observation with { Verdict = real.Verdict, Streak = real.Streak, Detail = "a drill was cancelled" };
        }
    }
}

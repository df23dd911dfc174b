namespace GslbServer.Balancer;

/// <summary>What the requests to one backend have shown so far. Safe for many threads, without locks, but for ejections themselves.</summary>
internal sealed class EjectionRecord
{
    private const int ErrorBits = 32;

    private int _run, _times;
    private long _answers;
    private TimeSpan _servesSince;

    /// <summary>One answer.</summary>
    /// <param name="isGatewayError">It counts toward the run of errors.</param>
    /// <param name="isError">It counts against the success rate.</param>
    /// <returns>Gateway errors in a row.</returns>
    public int Add(bool isGatewayError, bool isError)
    {
        Interlocked.Add(ref _answers, (1L << ErrorBits) | (isError ? 1L : 0));
        if (isGatewayError) return Interlocked.Increment(ref _run);
        if (Volatile.Read(ref _run) != 0) Volatile.Write(ref _run, 0);
        return 0;
    }

    /// <summary>Answers since it was asked last, and errors among them.</summary>
    public (int Total, int Errors) Take()
    {
        long answers = Interlocked.Exchange(ref _answers, 0);
        return ((int)(answers >> ErrorBits), (int)(uint)answers);
    }

    /// <summary>It is ejected now; one thread at a time.</summary>
    /// <returns>How long.</returns>
    public TimeSpan Eject(TimeSpan now, TimeSpan first, OutlierSettings settings)
    {
        _times = Ejection.TimesInARow(_times, now - _servesSince, settings.SuccessRate.Interval);
        TimeSpan period = Ejection.Period(first, _times, settings.MaxEjection);
        _servesSince = now + period;
        Volatile.Write(ref _run, 0);
        return period;
    }

    /// <summary>It is back before its time; one thread at a time.</summary>
    public void Return(TimeSpan now) => _servesSince = now;
}

namespace GslbServer;

/// <summary>What a listener does about receives that fail: counts them, and from the second in a row on waits a little, so that a socket that only fails costs next to no CPU
/// time and serves again as soon as it can.</summary>
/// <param name="stop">Ends a wait.</param>
internal struct ReceiveErrors(CounterBlock counters, ManualResetEventSlim stop)
{
    /// <summary>Between two receives that fail.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private bool _failedBefore;

    public void None() => _failedBefore = false;

    /// <summary>The first one is taken for an error of the past, which reading it has cleared.</summary>
    public void One()
    {
        counters.Add(Counter.ReceiveErrors);
        if (_failedBefore)
        {
            stop.Wait(Pause);
        }

        _failedBefore = true;
    }
}

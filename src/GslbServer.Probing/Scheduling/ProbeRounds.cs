using System.Collections.Immutable;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

/// <summary>The fan-out: begins probes when they are due, each on its own, and counts their results. No probe waits for another: a hanging one holds a socket
/// until its deadline and nothing else.</summary>
/// <param name="news">Called when something was counted that should be told at once.</param>
internal sealed class ProbeRounds(ProbeRunner runner, TimeProvider time, ILogger logger, Action news, CancellationToken stop) : IAsyncDisposable
{
    /// <summary>From the end of a failed probe to the next one, while the monitor is up but falling.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>New monitors begin this far apart, so that 5,000 of them take one second.</summary>
    private static readonly TimeSpan NewcomerEvery = TimeSpan.FromMilliseconds(0.2);

    private const int NewcomersTogether = 50;

    /// <summary>Probes under way at once, each with a socket. Half of 5,000 checks hanging to the end of their timeouts stay below it.</summary>
    private const int AtOnce = 4096;

    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private volatile bool _lacksMeans;

    public ScheduleLag Lag { get; } = new(time);

    public FailureBaseline Baseline { get; } = new();

    /// <summary>The first probe of each, as soon as can be without a burst.</summary>
    public async Task WelcomeAsync(ImmutableArray<Watch> newcomers)
    {
        long start = time.GetTimestamp();
        for (int i = 0; i < newcomers.Length; i++)
        {
            TimeSpan wait = i % NewcomersTogether == 0 ? i * NewcomerEvery - time.GetElapsedTime(start) : TimeSpan.Zero;
            if (wait > TimeSpan.Zero && !await WaitAsync(wait).ConfigureAwait(false))
                return;
            Probe(newcomers[i]);
        }
    }

    /// <summary>One round of a cadence, spread over its period.</summary>
    /// <param name="late">How late the round itself begins.</param>
    public async Task RoundAsync(ImmutableArray<Slot> slots, TimeSpan period, TimeSpan late)
    {
        long start = time.GetTimestamp();
        foreach (Slot slot in slots)
        {
            TimeSpan wait = slot.Offset - late - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero && !await WaitAsync(wait).ConfigureAwait(false))
                return;
            TimeSpan lag = late + time.GetElapsedTime(start) - slot.Offset;
            Lag.Record(lag);
            if (lag > period / 2 && lag > Cadences.MisfireThreshold)
            {
                // Probing all that was missed at once would only make it worse; the next round comes soon.
                ScheduleLog.RoundLeftOut(logger, lag.TotalMilliseconds);
                return;
            }
            foreach (Watch watch in slot.Watches)
                Probe(watch);
        }
    }

    /// <summary>After <c>stop</c>: ends when no probe is under way, or after a second, for one that does not heed its cancellation must not hold up the node.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _underWay) > 0)
            await Task.WhenAny(_idle.Task, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None)).ConfigureAwait(false);
        if (Volatile.Read(ref _underWay) == 0)
            _places.Dispose();
    }

    /// <summary>Begins a probe unless one of this watch is still under way.</summary>
    private void Probe(Watch watch)
    {
        if (stop.IsCancellationRequested || !watch.TryStart())
            return;
        Interlocked.Increment(ref _underWay);
        // Off this thread: starting a program or a client may block for milliseconds.
        _ = Task.Run(() => ProbeAsync(watch), CancellationToken.None);
    }

    private async Task ProbeAsync(Watch watch)
    {
        bool again = false;
        try
        {
            again = await OneAsync(watch).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping; what was under way says nothing.
        }
        finally
        {
            watch.Finish();
            if (Interlocked.Decrement(ref _underWay) == 0 && stop.IsCancellationRequested)
                _idle.TrySetResult();
        }
        TimeSpan every = watch.Present.Check.Every;
        if (again && await WaitAsync(every < ConfirmAfter ? every : ConfirmAfter).ConfigureAwait(false))
            Probe(watch);
    }

    /// <returns>Whether to ask again soon.</returns>
    private async Task<bool> OneAsync(Watch watch)
    {
        long due = time.GetTimestamp();
        await _places.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Lag.Record(time.GetElapsedTime(due));
            DateTimeOffset begun = time.GetUtcNow();
            return Count(watch, await runner.RunAsync(watch.Present, watch.Timeout, stop).ConfigureAwait(false), begun);
        }
        finally
        {
            _places.Release();
        }
    }

    private bool Count(Watch watch, ProbeRunner.Run run, DateTimeOffset begun)
    {
        if (watch.Ended)
            return false;
        if (run.RoundTrip is { } roundTrip)
            watch.Learn(roundTrip);
        string key = watch.Present.Monitor.Key;
        if (run.Overdue > TimeSpan.Zero)
        {
            Lag.Record(run.Overdue);
            ScheduleLog.NodeWasLate(logger, key, run.Overdue.TotalMilliseconds);
            return true;
        }
        if (run.LackedMeans)
        {
            if (!_lacksMeans)
                ScheduleLog.NodeLacksMeans(logger, key, run.Result.Detail);
            _lacksMeans = true;
            return false;
        }
        _lacksMeans = false;
        (JudgeState before, JudgeState after) = watch.Count(run.Result, run.RoundTrip, Baseline.Rate);
        ProbeSpans.Tell(watch.Present, run.Result, before, after, begun);
        Baseline.Count(before, run.Result.Success && !watch.Drilled);
        if (after.Verdict != before.Verdict && after.Verdict == Verdict.Down)
            ScheduleLog.WentDown(logger, key, run.Result.Detail);
        else if (after.Verdict != before.Verdict && before.Verdict == Verdict.Down)
            ScheduleLog.CameUp(logger, key, run.Result.Detail);
        if (HealthJudge.IsNews(before, after, watch.Present.Check.Rise))
            news();
        return HealthJudge.IsFalling(after);
    }

    private async Task<bool> WaitAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

namespace GslbServer.Tests.Probing;

/// <summary>Time that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, in the order of their due times.</summary>
internal sealed class FakeTime : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Seen)> _awaited = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends once some timer is set to fire this long after now: what the code under test does on other threads has come that far.</summary>
    public Task UntilWaitingAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(t => t.Due == _now + due))
                return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((_now + due, seen));
            return seen.Task.WaitAsync(Patience);
        }
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan until;
        lock (_lock)
            until = _now + time;
        while (true)
        {
            Timer? next;
            lock (_lock)
            {
                next = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
                _now = next?.Due ?? until;
                next?.Elapse();
            }
            if (next is null)
                return;
            next.Call();
        }
    }

    /// <summary>The process stands still this long; then every timer that came due meanwhile fires late.</summary>
    public void Pause(TimeSpan time)
    {
        Timer[] due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers.Where(t => t.Due <= _now).OrderBy(t => t.Due)];
            foreach (Timer timer in due)
                timer.Elapse();
        }
        foreach (Timer timer in due)
            timer.Call();
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (Due, _period) = (time._now + dueTime, period);
                time._timers.Add(this);
                foreach ((_, TaskCompletionSource seen) in time._awaited.Where(a => a.Due == Due))
                    seen.TrySetResult();
                time._awaited.RemoveAll(a => a.Due == Due);
            }
            return true;
        }

        public void Elapse()
        {
            time._timers.Remove(this);
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
        }

        public void Call() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace GslbServer.Probing;

/// <summary>The Quartz side: one trigger for each period in use, in memory, and nothing else. A job hands its round over and returns at once, so two of Quartz's
/// threads are plenty whatever the checks do (one trigger per check cost eight times the processor time).</summary>
internal sealed class Cadences(TimeProvider time, Action<TimeSpan, TimeSpan> fired) : IAsyncDisposable
{
    /// <summary>Later than this, a round is left out, never caught up with.</summary>
    public static readonly TimeSpan MisfireThreshold = TimeSpan.FromMilliseconds(500);

    private readonly SteadyClock _clock = new(time);
    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<TimeSpan> _present = [];
    private ServiceProvider? _services;
    private IScheduler? _scheduler;

    public async Task StartAsync(CancellationToken cancel)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(this);
        services.AddQuartz(q =>
        {
            q.UseInMemoryStore(store => store.MisfireThreshold = MisfireThreshold);
            q.UseDefaultThreadPool(2);
            q.UseTimeProvider(_clock);
        });
        _services = services.BuildServiceProvider();
        _scheduler = await _services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancel).ConfigureAwait(false);
        await _scheduler.Start(cancel).ConfigureAwait(false);
    }

    /// <summary>Triggers come and go so that exactly these periods are ticking; those that stay are not disturbed.</summary>
    /// <param name="wanted">Read when it is this call's turn, so that of two quick changes the later one holds.</param>
    public async Task SetAsync(Func<IReadOnlyCollection<TimeSpan>> wanted)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_scheduler is not { } scheduler)
                return;
            IReadOnlyCollection<TimeSpan> periods = wanted();
            foreach (TimeSpan gone in _present.Except(periods).ToArray())
            {
                await scheduler.DeleteJob(new JobKey(Name(gone))).ConfigureAwait(false);
                _present.Remove(gone);
            }
            foreach (TimeSpan period in periods.Except(_present).ToArray())
            {
                await scheduler.ScheduleJob(
                    JobBuilder.Create<CadenceJob>().WithIdentity(Name(period)).UsingJobData(CadenceJob.Period, period.Ticks).Build(),
                    TriggerBuilder.Create(_clock).WithIdentity(Name(period)).StartNow().WithSchedule(SimpleScheduleBuilder.Create().WithInterval(period).RepeatForever()
                        .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)).Build()).ConfigureAwait(false);
                _present.Add(period);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A round of this period begins.</summary>
    internal void Fire(TimeSpan period, DateTimeOffset scheduled)
    {
        TimeSpan late = _clock.GetUtcNow() - scheduled;
        fired(period, late > TimeSpan.Zero ? late : TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_scheduler is not null)
                await _scheduler.Shutdown(false).ConfigureAwait(false);
            if (_services is not null)
                await _services.DisposeAsync().ConfigureAwait(false);
            _scheduler = null;
            _services = null;
        }
        finally
        {
            _one.Release();
        }
    }

    private static string Name(TimeSpan period) => $"every {period.TotalMilliseconds:0.###} ms";
}

/// <summary>What Quartz calls.</summary>
internal sealed class CadenceJob(Cadences cadences) : IJob
{
    public const string Period = "period";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        cadences.Fire(new TimeSpan((long)context.MergedJobDataMap[Period]!), context.ScheduledFireTimeUtc ?? context.FireTimeUtc);
        return ValueTask.CompletedTask;
    }
}

namespace GslbServer;

/// <summary>Tells the service manager again and again how this process is, and that it is alive for as long as that is true: silence makes it start the service anew.</summary>
internal sealed partial class SelfWatch(ServiceManager manager, TimeProvider time, ILogger logger)
{
    /// <summary>Between two looks where no watchdog asks for more.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Half of the watchdog's time, as sd_watchdog_enabled(3) advises.</summary>
    public TimeSpan Period { get; } = manager.Watchdog is { } limit && limit / 2 < Interval ? limit / 2 : Interval;

    /// <param name="stalled">What of this process does not go on as it must; empty when all does.</param>
    /// <param name="status">One line.</param>
    public async Task RunAsync(Func<CancellationToken, Task<IReadOnlyList<string>>> stalled, Func<string> status, CancellationToken cancel)
    {
        if (!manager.IsThere)
        {
            return;
        }

        bool wasAlive = true;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                IReadOnlyList<string> reasons = await stalled(cancel);
                if (reasons.Count == 0)
                {
                    manager.Alive();
                    manager.Status(status());
                }
                else
                {
                    manager.Status($"does not answer: {string.Join("; ", reasons)}");
                    if (wasAlive) Log.Stalled(logger, string.Join("; ", reasons));
                }

                wasAlive = reasons.Count == 0;
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(260, LogLevel.Critical, "{Reasons}. The service manager is not told any more that this process is alive")]
        public static partial void Stalled(ILogger logger, string reasons);
    }
}

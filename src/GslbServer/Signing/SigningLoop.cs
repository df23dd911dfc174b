namespace GslbServer;

/// <summary>Keeps signatures fresh while a node runs: tells those who sign answers the time, signs again what is half through its validity, and follows the keys.</summary>
/// <param name="reloading">Held by whoever changes what is loaded.</param>
/// <param name="keysChanged">A zone is signed from now on, or no longer.</param>
internal sealed partial class SigningLoop(Loader loader, SnapshotPublisher publisher, SemaphoreSlim reloading, Func<CancellationToken, Task> keysChanged, TimeProvider time,
    ILogger<SigningLoop> logger)
{
    /// <summary>How fine the budget of signatures is given out: a flood of cold names holds an answering thread for 2 ms at a time at most.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>While no zone is signed.</summary>
    private static readonly TimeSpan IdlePace = TimeSpan.FromSeconds(5);

    /// <summary>How often keys are asked for, and at the moments that their times tell.</summary>
    private static readonly TimeSpan KeyPace = TimeSpan.FromMinutes(1);

    /// <summary>Signatures of answers made again in a minute: 65,536 in two hours, of the three days that there are.</summary>
    private const int RefreshedPerMinute = 500;

    private string _told = "";

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Pace, time);
        DateTimeOffset lookedAt = time.GetUtcNow();
        try
        {
            do
            {
                DateTimeOffset now = time.GetUtcNow();
                loader.Answers.Tick(now);
                timer.Period = loader.Zones.Zones.Any(zone => zone.Signatures is not null) ? Pace : IdlePace;
                // A clock that was set back must not end the signing.
                if ((now - lookedAt).Duration() >= KeyPace || loader.NextKeyChange <= now)
                {
                    lookedAt = now;
                    await TryLookAsync(now, cancel);
                }
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>What could not be foreseen must not end it: signatures in force are good for days.</summary>
    private async Task TryLookAsync(DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await LookAsync(now, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.Failed(logger, e);
        }
    }

    private async Task LookAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var problems = new List<string>();
        bool isReload;
        await reloading.WaitAsync(cancel);
        try
        {
            if (loader.SignAgain(problems, out isReload))
            {
                publisher.Use(loader.Zones, loader.Plan);
                Log.Signed(logger, loader.Zones.Zones.Count(zone => zone.Signatures is not null));
            }
        }
        finally
        {
            reloading.Release();
        }

        loader.Answers.Refresh(now, RefreshedPerMinute);
        Tell(string.Join("; ", problems));
        if (isReload)
        {
            await keysChanged(cancel);
        }
    }

    /// <summary>Once for each change.</summary>
    private void Tell(string problems)
    {
        if (problems.Length > 0 && problems != _told)
        {
            Log.Problems(logger, problems);
        }

        _told = problems;
    }

    private static partial class Log
    {
        [LoggerMessage(211, LogLevel.Information, "Signatures and keys of {Count} zones are up to date")]
        public static partial void Signed(ILogger logger, int count);

        [LoggerMessage(212, LogLevel.Error, "Keys: {Problems}. In force stay the signatures that are there")]
        public static partial void Problems(ILogger logger, string problems);

        [LoggerMessage(213, LogLevel.Error, "Signing failed; in force stay the signatures that are there")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}

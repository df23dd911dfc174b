namespace GslbServer;

/// <summary>How a node notices that its files have changed.</summary>
public sealed partial class Node
{
    private async Task WatchAsync()
    {
        var watch = new FileWatch([.. _loader.WatchedPaths, .. Options.Transfer.KeyFile is { } keys ? [keys] : Array.Empty<string>()]);
        using var timer = new PeriodicTimer(FileWatch.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_yield.Token))
            {
                if (watch.HasChanged())
                {
                    await TryReloadAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>What a reload could not foresee must not end the watch: the next change is read again.</summary>
    private async Task TryReloadAsync()
    {
        try
        {
            await ReloadAsync("changed files", _yield.Token);
        }
        catch (Exception e) when (!_yield.IsCancellationRequested)
        {
            Log.ReloadFailed(_logger, e, Serving.Current.Steering.Plan.Topology.Hash);
        }
    }
}

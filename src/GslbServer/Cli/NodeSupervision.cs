using GslbServer.Steering;

namespace GslbServer;

/// <summary>What the service manager hears of a node: when it is ready, that it lives, how it is in one line.</summary>
internal sealed class NodeSupervision(ServiceManager manager, Node node, TimeProvider time, ILogger<NodeSupervision> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>A node that answers and does not know everything yet, as with a primary that is away, is better than one that is started again and again.</summary>
    private static readonly TimeSpan ReadyLimit = Takeover.ReadyLimit;

    /// <summary>Of a node whose listeners run.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (!manager.IsThere)
        {
            return;
        }

        try
        {
            long since = time.GetTimestamp();
            while (node.NotReady.Count > 0 && time.GetElapsedTime(since) < ReadyLimit)
            {
                manager.Status(Status());
                await Task.Delay(LookEvery, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        manager.Ready(Status());
        await new SelfWatch(manager, time, logger).RunAsync(_ => Task.FromResult(node.Stalled), Status, cancel);
    }

    public async Task ReloadAsync(Func<Task> reload)
    {
        manager.Reloading();
        await reload();
        manager.Ready(Status());
    }

    private string Status()
    {
        Snapshot snapshot = node.Serving.Current;
        int zones = snapshot.Zones.Zones.Count, monitors = snapshot.Steering.Health.Monitors.Length, up = snapshot.Steering.Health.Monitors.Count(monitor => monitor.Verdict != Verdict.Down);
        string what = $"{zones} zone{(zones == 1 ? "" : "s")}, {up} of {monitors} checked addresses up";
        return (node.NotReady, node.Refused.Count) switch
        {
            ({ Count: > 0 } reasons, _) => $"not ready: {string.Join("; ", reasons)}; {what}",
            (_, > 0 and var errors) => $"serves what was loaded before, the files now have {errors} error{(errors == 1 ? "" : "s")}; {what}",
            _ => $"serves {what}",
        };
    }
}

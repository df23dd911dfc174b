namespace GslbServer;

/// <summary>How a node gives its place to another process, and takes one.</summary>
public sealed partial class Node
{
    /// <summary>How long connections may go on behind a node that was taken over.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    /// <summary>Everything on disk that a successor starts from.</summary>
    internal void Save() => Feed.Save();

    /// <summary>A successor takes this node's place: it writes to disk and stores from now on, and this one only answers, by what it sees and hears.</summary>
    internal async Task YieldAsync(SuccessorName successor)
    {
        Zones.Queries.Updates = null;
        await Zones.StopAsync();
        await _yield.CancelAsync();
        await _writers;
        await Task.WhenAll(LatencyFeed.StopAsync(), Audit.StopAsync());
        Feed.FallSilent(farewell: successor != new SuccessorName(Options.Cluster, Options.Node));
    }

    /// <summary>The successor answers: answers what this one has taken, lets connections go on until they idle, stops.</summary>
    internal async Task LeaveAsync()
    {
        _connections.Drain();
        Task encrypted = _encrypted?.StopAsync(Linger / 2) ?? Task.CompletedTask;
        if (_listeners is not null)
        {
            await _listeners.StopAsync(ListenerStopLimit, Linger);
        }

        await encrypted;
        await StopAsync();
    }

    /// <summary>Answers from the first query on as the node before it does.</summary>
    private async Task BeReadyAsync(Takeover takeover, CancellationToken cancel)
    {
        await takeover.WaitUntilReadyAsync(() => NotReady, cancel);
        _publisher.Use(_loader.Zones, _loader.Plan);
    }
}

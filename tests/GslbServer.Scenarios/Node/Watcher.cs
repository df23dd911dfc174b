using System.Collections.Concurrent;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Asks the same question again and again and keeps every reply.</summary>
public sealed class Watcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<DigReply> _replies = new();
    private readonly Task _asking;

    public Watcher(GslbNode node, string question) => _asking = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            _replies.Enqueue(await node.DigAsync(question));
            await Task.Delay(50);
        }
    });

    public int Count => _replies.Count;

    public IReadOnlyList<DigReply> Replies => [.. _replies];

    public async Task UntilAsync(Func<DigReply, bool> condition, string what)
    {
        int from = _replies.Count;
        await Eventually.TrueAsync(() => _replies.Skip(from).Any(condition), () => $"no {what}; last reply:\n{_replies.LastOrDefault()}");
    }

    public IReadOnlyList<DigReply> Stop()
    {
        _stop.Cancel();
        return [.. _replies];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }
}

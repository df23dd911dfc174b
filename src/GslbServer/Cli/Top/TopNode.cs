using System.Text.Json.Nodes;

namespace GslbServer;

/// <summary>Looks at a node again and again, and listens to its events meanwhile.</summary>
internal sealed class TopNode(AdminClient node, TimeProvider time) : IAsyncDisposable
{
    private const int KeptSamples = 1_000, KeptEvents = 200, KeptPlaces = 2_000, PlacesPerFrame = 3;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Queue<NodeEvent> _samples = new();
    private readonly Queue<NodeEvent> _events = new();
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private TopReading? _before;
    private long _lastId;
    private Task _listening = Task.CompletedTask;

    /// <summary>The first look, which rates count from.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _before = await ReadAsync(cancel);
        _listening = ListenAsync(_stop.Token);
    }

    /// <exception cref="CliException">The node cannot be reached, or is none.</exception>
    public async Task<TopFrame> NextAsync(CancellationToken cancel)
    {
        TopReading now = await ReadAsync(cancel);
        NodeEvent[] samples, events;
        lock (_gate)
        {
            (samples, events) = ([.. _samples], [.. _events]);
        }

        await FindPlacesAsync(samples, cancel);
        // A node that was restarted counts from 0 again.
        TopReading before = _before is { } b && b.Status.Node.StartedAt == now.Status.Node.StartedAt ? b : now;
        _before = now;
        return TopFrame.Of(before, now, samples, [.. events.Reverse()], client => _places.GetValueOrDefault(client, ""));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
    }

    private async Task<TopReading> ReadAsync(CancellationToken cancel)
    {
        StatusReport status = (await node.GetAsync("/api/v1/status", cancel)).Read<StatusReport>();
        AdminAnswer metrics = await node.GetAsync("/metrics", cancel);
        return metrics.IsSuccess ? new TopReading(time.GetUtcNow(), status, MetricSamples.Parse(metrics.Body)) : throw new CliException(metrics.Problems());
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await foreach (NodeEvent e in node.EventsAsync(cancel))
                {
                    Take(e);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
            {
                _lastId = 0;    // another process counts from 1 again
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await Task.Delay(Again, time, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Take(NodeEvent e)
    {
        lock (_gate)
        {
            if (e.Id <= _lastId)
            {
                return;
            }

            _lastId = e.Id;
            (Queue<NodeEvent> queue, int most) = e.Kind == "decision" ? (_samples, KeptSamples) : (_events, KeptEvents);
            queue.Enqueue(e);
            if (queue.Count > most)
            {
                queue.Dequeue();
            }
        }
    }

    /// <summary>Asks where a few of those are who are not placed yet: the node knows, and tells one at a time.</summary>
    private async Task FindPlacesAsync(IEnumerable<NodeEvent> samples, CancellationToken cancel)
    {
        if (_places.Count > KeptPlaces)
        {
            _places.Clear();
        }

        foreach (NodeEvent sample in samples.Reverse().Where(one => one.From is not null && !_places.ContainsKey(one.From)).DistinctBy(one => one.From).Take(PlacesPerFrame))
        {
            string name = sample.Subject.Split(' ')[0];
            AdminAnswer answer = await node.GetAsync($"/api/v1/explain?name={Uri.EscapeDataString(name)}&client={Uri.EscapeDataString(sample.From!)}", cancel);
            JsonNode? location = answer.IsSuccess ? JsonNode.Parse(answer.Body)?["location"] : null;
            _places[sample.From!] = string.Join(' ', new[] { (string?)location?["country"], (string?)location?["continent"], location?["asn"] is { } asn ? $"AS{asn}" : null }.Where(word => !string.IsNullOrEmpty(word)));
        }
    }
}

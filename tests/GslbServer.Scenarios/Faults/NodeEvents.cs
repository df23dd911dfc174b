using System.Diagnostics;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <param name="HeardAt">On the clock of <see cref="Stopwatch"/>: at or after the moment from which the node answers by it.</param>
/// <param name="Address">Of the monitor.</param>
public sealed record VerdictEvent(int Node, long HeardAt, string Address, string To);

/// <summary>Reads a node's event stream for as long as the world lives, over restarts of the node, and keeps its verdicts.</summary>
public sealed class NodeEvents : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<VerdictEvent> _all = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public NodeEvents(int node, PathHost host, Uri events) => _reading = Task.Run(async () =>
    {
        using HttpClient http = host.HttpClient();
        http.Timeout = Timeout.InfiniteTimeSpan;
        string last = "";
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, events);
                if (last.Length > 0) request.Headers.Add("Last-Event-ID", last);
                using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
                using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(_stop.Token));
                while (await lines.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line.StartsWith("id:", StringComparison.Ordinal)) last = line[3..].Trim();
                    else if (line.StartsWith("data:", StringComparison.Ordinal)) Take(node, JsonNode.Parse(line[5..])!);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                await Task.Delay(100);
            }
        }
    });

    public IReadOnlyList<VerdictEvent> All
    {
        get { lock (_lock) return [.. _all]; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private void Take(int node, JsonNode e)
    {
        // Subject: region and monitor, kind:address:port:digest.
        if ((string?)e["kind"] != "transition" || ((string)e["subject"]!).Split(':') is not [_, var address, ..]) return;
        lock (_lock) _all.Add(new VerdictEvent(node, Stopwatch.GetTimestamp(), address, (string)e["to"]!));
    }
}

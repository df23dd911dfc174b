using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace GslbServer;

/// <summary><c>GET /api/v1/events</c>: a reader that comes back with <c>Last-Event-ID</c> goes on where it was.</summary>
internal static class EventStream
{
    public const string Path = "/api/v1/events";

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);

    public static IResult Of(Node node, HttpRequest request, CancellationToken stopping)
    {
        // Ids count from 1 in each process: the start tells whose they are.
        long boot = node.StartedAt.ToUnixTimeMilliseconds();
        return TypedResults.ServerSentEvents(ReadAsync(node, boot, After(request.Headers["Last-Event-ID"].ToString(), boot), stopping, request.HttpContext.RequestAborted));
    }

    /// <returns>0, everything that is kept, for an id of another process or none.</returns>
    internal static long After(string lastEventId, long boot) =>
        lastEventId.Split('-') is [var of, var id] && of == boot.ToString(CultureInfo.InvariantCulture)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long after) ? after : 0;

    private static async IAsyncEnumerable<SseItem<NodeEvent>> ReadAsync(Node node, long boot, long after, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        await using IAsyncEnumerator<NodeEvent> events = node.Events.ReadAsync(after, either.Token).GetAsyncEnumerator(either.Token);
        TimeSpan? reconnect = Reconnect;    // said once
        while (await MovesOnAsync(events))
        {
            NodeEvent e = events.Current;
            yield return new SseItem<NodeEvent>(e, e.Kind)
            {
                EventId = string.Create(CultureInfo.InvariantCulture, $"{boot}-{e.Id}"),
                ReconnectionInterval = reconnect,
            };
            reconnect = null;
        }
    }

    private static async Task<bool> MovesOnAsync(IAsyncEnumerator<NodeEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>GET /api/v1/events</c>: a reader that comes back with <c>Last-Event-ID</c> goes on where it was.</summary>
internal static class EventStream
{
    public const string Path = "/api/v1/events";

    /// <summary>Readers at once, and of those from one /24 or /56, loopback apart.</summary>
    public const int Most = 200, MostFromOne = 50;

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);

    /// <param name="viewers">Readers now.</param>
    public static IResult Of(Node node, HttpRequest request, ConnectionLimits viewers, CancellationToken stopping)
    {
        if (Full(request.HttpContext, viewers) is { } refusal)
        {
            return refusal;
        }

        // Ids count from 1 in each process: the start tells whose they are.
        long boot = node.StartedAt.ToUnixTimeMilliseconds();
        return TypedResults.ServerSentEvents(ReadAsync(node, request.HttpContext.Response, boot, After(request.Headers["Last-Event-ID"].ToString(), boot), stopping, request.HttpContext.RequestAborted));
    }

    /// <summary>Takes a place among those who read streams, until the response ends.</summary>
    /// <returns>Null, or that no place is left.</returns>
    internal static IResult? Full(HttpContext http, ConnectionLimits viewers)
    {
        var peer = Client.From(http.Connection.RemoteIpAddress ?? IPAddress.Loopback);
        if (viewers.Enter(peer, isProxy: false) is { } full)
        {
            http.Response.Headers.RetryAfter = "5";
            return full == Counter.TcpRefusedOfPrefix
                ? Problem.Of(StatusCodes.Status429TooManyRequests, $"{MostFromOne} readers of events came from this network already.")
                : Problem.Of(StatusCodes.Status503ServiceUnavailable, $"{Most} readers of events are there already.");
        }

        http.Response.RegisterForDispose(new Leaving(viewers, peer));
        return null;
    }

    /// <returns>0, everything that is kept, for an id of another process or none.</returns>
    internal static long After(string lastEventId, long boot) =>
        lastEventId.Split('-') is [var of, var id] && of == boot.ToString(CultureInfo.InvariantCulture)
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long after) ? after : 0;

    private static async IAsyncEnumerable<SseItem<NodeEvent>> ReadAsync(Node node, HttpResponse response, long boot, long after, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        await using IAsyncEnumerator<NodeEvent> events = node.Events.ReadAsync(after, either.Token).GetAsyncEnumerator(either.Token);
        await response.Body.FlushAsync(either.Token);    // a reader learns that it is connected before anything happens
        TimeSpan? reconnect = Reconnect;    // said once
        while (await MovesOnAsync(events) && AdminStanding.Of(response.HttpContext))
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

    private sealed class Leaving(ConnectionLimits viewers, Client peer) : IDisposable
    {
        public void Dispose() => viewers.Leave(peer, isProxy: false);
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

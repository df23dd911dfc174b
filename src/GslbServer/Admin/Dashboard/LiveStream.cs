using System.Threading.Channels;

namespace GslbServer;

/// <summary><c>GET /api/v1/live</c>: what the dashboard shows, as server-sent events: <c>hello</c> once, then <c>frame</c> about once a second.</summary>
internal static class LiveStream
{
    public const string Path = "/api/v1/live";

    /// <param name="viewers">Those who read streams now, this and others.</param>
    public static async Task<IResult> OfAsync(LiveFeed feed, HttpContext http, ConnectionLimits viewers, CancellationToken stopping)
    {
        if (EventStream.Full(http, viewers) is { } refusal)
        {
            return refusal;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, http.RequestAborted);
        http.Response.ContentType = "text/event-stream";
        (byte[] hello, ChannelReader<byte[]> frames) = feed.Join(out Channel<byte[]> viewer);
        try
        {
            await WriteAsync(http.Response, "hello", hello, either.Token);
            await foreach (byte[] frame in frames.ReadAllAsync(either.Token))
            {
                if (!AdminStanding.Of(http))
                {
                    break;
                }

                await WriteAsync(http.Response, "frame", frame, either.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The viewer left, or the node stops.
        }
        finally
        {
            feed.Leave(viewer);
        }

        return Results.Empty;
    }

    /// <param name="json">On one line, as the serializer writes it.</param>
    private static async Task WriteAsync(HttpResponse response, string kind, byte[] json, CancellationToken cancel)
    {
        await response.WriteAsync($"event: {kind}\ndata: ", cancel);
        await response.Body.WriteAsync(json, cancel);
        await response.WriteAsync("\n\n", cancel);
        await response.Body.FlushAsync(cancel);
    }
}

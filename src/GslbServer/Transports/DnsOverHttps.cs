using System.Buffers;
using System.Buffers.Text;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>DNS over HTTPS (RFC 8484): GET with <c>?dns=</c> and POST, on HTTP/2 and HTTP/1.1.</summary>
internal sealed class DnsOverHttps(QueryHandler handler, Counters counters)
{
    public const string Path = "/dns-query";

    private const string MediaType = "application/dns-message";

    public async Task AnswerAsync(HttpContext http)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * MessageLimits.Stream);
        try
        {
            (int query, Refusal? refusal) = await ReadAsync(http.Request, buffer.AsMemory(MessageLimits.Stream, MessageLimits.Stream));
            int length = refusal is null ? Answer(http, buffer, query) : 0;
            if (refusal is null && length == 0)
            {
                refusal = new Refusal(StatusCodes.Status400BadRequest, Counter.HttpsNoQuery, "That is no DNS query.");
            }

            if (refusal is not null)
            {
                await RefuseAsync(http, refusal);
                return;
            }

            http.Response.ContentType = MediaType;
            http.Response.ContentLength = length;
            http.Response.Headers.CacheControl = $"max-age={ResponseTtl.Smallest(buffer.AsSpan(0, length))}";
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Answer(HttpContext http, byte[] buffer, int query)
    {
        var random = new Draw((uint)Environment.TickCount);
        Client client = Client.From(http.Connection.RemoteIpAddress ?? IPAddress.None);
        // No idle time to tell: HTTP has its own ways to end a connection.
        return handler.Handle(buffer.AsSpan(MessageLimits.Stream, query), client, buffer.AsSpan(0, MessageLimits.Stream), new Arrival(Transport.Https), counters.ForThisThread, ref random);
    }

    /// <returns>Octets of the query, or why there is none.</returns>
    private static async ValueTask<(int Length, Refusal? Refusal)> ReadAsync(HttpRequest request, Memory<byte> query)
    {
        if (!request.Path.Equals(Path, StringComparison.Ordinal))
        {
            return (0, new Refusal(StatusCodes.Status404NotFound, Counter.HttpsNoQuery, $"DNS is answered at {Path}."));
        }

        if (HttpMethods.IsGet(request.Method))
        {
            return ReadParameter(request, query.Span);
        }

        return HttpMethods.IsPost(request.Method) ? await ReadBodyAsync(request, query)
            : (0, new Refusal(StatusCodes.Status405MethodNotAllowed, Counter.HttpsMethod, "Expected GET or POST."));
    }

    private static (int Length, Refusal? Refusal) ReadParameter(HttpRequest request, Span<byte> query)
    {
        if (request.Query["dns"] is not [{ Length: > 0 } text])
        {
            return (0, new Refusal(StatusCodes.Status400BadRequest, Counter.HttpsEncoding, "Expected one parameter dns with a query in base64url."));
        }

        return Base64Url.DecodeFromChars(text, query, out int read, out int length) == OperationStatus.Done && read == text.Length
            ? (length, null) : (0, new Refusal(StatusCodes.Status400BadRequest, Counter.HttpsEncoding, "The parameter dns is not base64url."));
    }

    private static async ValueTask<(int Length, Refusal? Refusal)> ReadBodyAsync(HttpRequest request, Memory<byte> query)
    {
        if (!(request.ContentType ?? "").Split(';')[0].Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return (0, new Refusal(StatusCodes.Status415UnsupportedMediaType, Counter.HttpsType, $"Expected the content type {MediaType}."));
        }

        try
        {
            int held = 0;
            while (await request.Body.ReadAsync(query[held..]) is > 0 and int more)
            {
                held += more;
                if (held == query.Length && await request.Body.ReadAsync(new byte[1]) > 0)
                {
                    return (0, TooLong());
                }
            }

            return (held, null);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (0, TooLong());
        }
        catch (BadHttpRequestException e)
        {
            // Above all a body that comes too slowly.
            return (0, new Refusal(e.StatusCode, Counter.HttpsNoQuery, "The body did not come as announced."));
        }

        static Refusal TooLong() => new(StatusCodes.Status413PayloadTooLarge, Counter.HttpsOversized, $"A query has at most {MessageLimits.Stream} octets.");
    }

    private async Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        counters.ForThisThread.Add(refusal.Counter);
        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        if (refusal.Status == StatusCodes.Status405MethodNotAllowed)
        {
            http.Response.Headers.Allow = "GET, POST";
        }

        await http.Response.WriteAsync(refusal.Text + "\n");
    }

    private sealed record Refusal(int Status, Counter Counter, string Text);
}

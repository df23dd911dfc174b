using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace GslbServer;

/// <summary>One URL that is told of events, in order: a bounded queue, one delivery at a time, tried again for some minutes. Nothing waits for it but its own queue, which loses the oldest.</summary>
internal sealed partial class WebhookEndpoint : IDisposable
{
    /// <summary>Events that may wait.</summary>
    public const int MostWaiting = 1_000;

    /// <summary>Tries of a delivery: over 1, 2, 4 ... seconds, at most a minute, each within half and the whole of that by chance; some six minutes in all.</summary>
    public const int MostTries = 11;

    /// <summary>For a whole exchange.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Uri _url;
    private readonly string? _secretFile;
    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly Channel<WebhookMessage> _waiting;
    private long _sent, _failed, _dropped, _retries;

    public WebhookEndpoint(Uri url, string? secretFile, TimeProvider time, Random chance, ILogger logger)
    {
        (_url, _secretFile, _time, _chance, _logger) = (url, secretFile, time, chance, logger);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }) { Timeout = Timeout.InfiniteTimeSpan };
        _waiting = Channel.CreateBounded<WebhookMessage>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Without path and query, which often are the secret.</summary>
    public string Host => _url.GetLeftPart(UriPartial.Authority);

    public (long Sent, long Failed, long Dropped, long Retries, int Waiting) Counts =>
        (Volatile.Read(ref _sent), Volatile.Read(ref _failed), Volatile.Read(ref _dropped), Volatile.Read(ref _retries), _waiting.Reader.Count);

    public void Offer(WebhookMessage message) => _waiting.Writer.TryWrite(message);

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (WebhookMessage message in _waiting.Reader.ReadAllAsync(stop))
            {
                await DeliverAsync(message, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>One try.</summary>
    /// <returns>The status; or what went wrong before there was one.</returns>
    public async Task<(HttpStatusCode? Status, string? Problem)> TryAsync(WebhookMessage message, CancellationToken cancel)
    {
        IReadOnlyList<byte[]> secrets = [];
        if (_secretFile is { } file && WebhookSecrets.Read(file, out secrets) is { } problem)
        {
            return (null, $"{file}: {problem}");
        }

        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(WebhookMessage.ContentType) { CharSet = "utf-8" };
        request.Headers.TryAddWithoutValidation("User-Agent", $"GslbServer/{BuildInfo.Version}");
        request.Headers.TryAddWithoutValidation("webhook-id", message.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (secrets.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", message.Sign(secrets, now));
        }

        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (response.StatusCode, null);
        }
        catch (HttpRequestException e)
        {
            return (null, e.InnerException?.Message ?? e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    public static bool IsTaken(HttpStatusCode? status) => status is { } code && (int)code is >= 200 and < 300;

    public void Dispose() => _http.Dispose();

    private async Task DeliverAsync(WebhookMessage message, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            (HttpStatusCode? status, string? problem) = await TryAsync(message, stop);
            if (IsTaken(status))
            {
                Interlocked.Increment(ref _sent);
                return;
            }

            string why = problem ?? $"status {(int)status!}";
            if (attempt == MostTries)
            {
                Interlocked.Increment(ref _failed);
                Log.GaveUp(_logger, Host, message.Id, attempt, why);
                return;
            }

            if (attempt == 1)
            {
                Log.TriesAgain(_logger, Host, message.Id, why);
            }

            Interlocked.Increment(ref _retries);
            await Task.Delay(PauseAfter(attempt), _time, stop);
        }
    }

    private TimeSpan PauseAfter(int attempt)
    {
        TimeSpan whole = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, attempt - 1)));
        return whole * (0.5 + (_chance.NextDouble() / 2));
    }

    private static partial class Log
    {
        [LoggerMessage(241, LogLevel.Warning, "Webhook {Host} did not take {Id}: {Problem}; it is tried again")]
        public static partial void TriesAgain(ILogger logger, string host, string id, string problem);

        [LoggerMessage(242, LogLevel.Error, "Webhook {Host} did not take {Id} in {Tries} tries, and is not told of it: {Problem}")]
        public static partial void GaveUp(ILogger logger, string host, string id, int tries, string problem);
    }
}

using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Asks a node's admin API.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>A drain waits for every store's deadline; nothing else takes long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly CliHost _host;

    public AdminClient(Uri server, string? token, CliHost host, AdminTrust trust)
    {
        _host = host;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = trust.Options() }) { BaseAddress = server, Timeout = Limit };
        _http.DefaultRequestHeaders.Add(OverrideOwner.UserHeader, Uri.EscapeDataString(Environment.UserName));
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Uri Server => _http.BaseAddress!;

    /// <summary>Whether it shows one.</summary>
    public bool HasToken => _http.DefaultRequestHeaders.Authorization is not null;

    public Task<AdminAnswer> GetAsync(string path, CancellationToken cancel) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancel);

    public Task<AdminAnswer> DeleteAsync(string path, CancellationToken cancel) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancel);

    public Task<AdminAnswer> PutAsync<T>(string path, T body, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: AdminJson.Options) }, cancel);

    public Task<AdminAnswer> PostAsync<T>(string path, T body, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: AdminJson.Options) }, cancel);

    /// <summary>What a node tells as it happens: <c>GET /api/v1/events</c>, the last events first.</summary>
    public async IAsyncEnumerable<NodeEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using Stream stream = await _http.GetStreamAsync(EventStream.Path, cancel);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancel))
        {
            if (JsonSerializer.Deserialize<NodeEvent>(item.Data, AdminJson.Options) is { } e)
            {
                yield return e;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What is no text.</summary>
    /// <exception cref="CliException">The node refused (its own words).</exception>
    public async Task<byte[]> DownloadAsync(string path, CancellationToken cancel)
    {
        (AdminAnswer? refused, byte[] octets) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), async response => response.IsSuccessStatusCode
            ? (null, await response.Content.ReadAsByteArrayAsync(cancel)) : (await AnswerAsync(response, cancel), Array.Empty<byte>()), cancel);
        return refused is null ? octets : refused.Read<byte[]>();
    }

    private Task<AdminAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel) => SendAsync(request, response => AnswerAsync(response, cancel), cancel);

    private static async Task<AdminAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancel) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel));

    private async Task<T> SendAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancel)
    {
        using HttpRequestMessage sent = request;
        using var waiting = new Waiting(_host, $"waiting for {Server}");
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(sent, cancel);
            return await read(response);
        }
        catch (HttpRequestException e)
        {
            string why = e.GetBaseException().Message;
            throw new CliException(e.HttpRequestError == HttpRequestError.SecureConnectionError
                ? $"no secure connection to {Server}: {why.TrimEnd('.')}. (--ca FILE names authorities of yours, --cert FILE a certificate that the node asks for)"
                : $"cannot reach a node at {Server}: {why}. Is one running there? (another: --server URL)");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException($"the node at {Server} did not answer within {Durations.Format(Limit)}");
        }
    }
}

/// <summary>What a node answered.</summary>
internal sealed record AdminAnswer(int Status, string Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Refused because names would lose their last serving target, which <c>--force</c> overrules.</summary>
    public bool NamesAreAtStake => Status == StatusCodes.Status409Conflict && System.Text.Json.Nodes.JsonNode.Parse(Body)?["names"] is not null;

    /// <exception cref="CliException">The node refused (its own words), or what answers is no node of ours.</exception>
    public T Read<T>()
    {
        if (!IsSuccess)
        {
            throw new CliException(Status == (int)System.Net.HttpStatusCode.Unauthorized
                ? [string.Join("; ", Problems()) + " Give it with --admin-token-file FILE, or in GSLB_TOKEN"] : Problems());
        }

        try
        {
            return JsonSerializer.Deserialize<T>(Body, AdminJson.Options) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CliException("what answers there is no node of this version: its answer cannot be read");
        }
    }

    /// <summary>The problem details of RFC 9457, one line each; a list of errors says all that its summary does.</summary>
    public IReadOnlyList<string> Problems()
    {
        try
        {
            using var problem = JsonDocument.Parse(Body);
            JsonElement root = problem.RootElement;
            var lines = new List<string>();
            if (root.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array)
            {
                lines.AddRange(errors.EnumerateArray().Select(e => e.ToString()));
            }

            string? detail = root.TryGetProperty("detail", out JsonElement d) ? d.GetString() : root.TryGetProperty("title", out JsonElement t) ? t.GetString() : null;
            if (detail is not null && lines.Count == 0)
            {
                lines.Add(detail);
            }

            return lines.Count > 0 ? lines : [$"the node answered {Status}"];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [$"the node answered {Status}"];
        }
    }
}

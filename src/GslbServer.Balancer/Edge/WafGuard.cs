using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace GslbServer.Balancer;

/// <summary>Asks <c>Balancer:Waf</c>. 2xx lets the request on, with the answer's <c>x-waf-*</c> headers; 401, 403 and 429 are the client's answer, with their body; anything else,
/// and silence, is a failure of the WAF.</summary>
internal sealed class WafGuard(TimeProvider time) : IRequestGuard, IDisposable
{
    public const string HeaderPrefix = "x-waf-";

    private const int LongestBody = 64 * 1024;

    private static readonly string[] Answered = ["Content-Type", "WWW-Authenticate", "Retry-After"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    private long _admitted, _refused, _failed;

    public long Admitted => Volatile.Read(ref _admitted);

    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Could not be asked, or did not answer in time.</summary>
    public long Failed => Volatile.Read(ref _failed);

    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        if (Exchange.Of(context).Settings.Options.Waf is not { } waf) return true;
        // Backends believe them, so a client must not send any.
        foreach (string name in context.Request.Headers.Keys.Where(IsFromWaf).ToList()) context.Request.Headers.Remove(name);
        using var timeout = new CancellationTokenSource(waf.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            using HttpRequestMessage question = Question(context, waf);
            using HttpResponseMessage answer = await _client.SendAsync(question, either.Token);
            if (answer.IsSuccessStatusCode) return Admit(context, answer);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
            {
                await RefuseAsync(context, answer, either.Token);
                return false;
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            // As an answer that is none.
        }

        Interlocked.Increment(ref _failed);
        if (waf.FailOpen) return true;
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return false;
    }

    public void Dispose() => _client.Dispose();

    private bool Admit(HttpContext context, HttpResponseMessage answer)
    {
        Interlocked.Increment(ref _admitted);
        foreach (KeyValuePair<string, HeaderStringValues> header in answer.Headers.NonValidated)
        {
            if (IsFromWaf(header.Key)) context.Request.Headers[header.Key] = new StringValues([.. header.Value]);
        }

        return true;
    }

    private async Task RefuseAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancel)
    {
        // Read whole before the client's answer begins: what breaks off is a failure, and not half an answer.
        await answer.Content.LoadIntoBufferAsync(LongestBody, cancel);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancel);
        Interlocked.Increment(ref _refused);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (string name in Answered)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values))
                context.Response.Headers[name] = new StringValues([.. values]);
        }

        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static HttpRequestMessage Question(HttpContext context, WafSettings waf)
    {
        HttpRequest request = context.Request;
        var question = new HttpRequestMessage(HttpMethod.Get, waf.Url);
        question.Headers.TryAddWithoutValidation("X-Original-Method", request.Method);
        question.Headers.TryAddWithoutValidation("X-Original-URI", request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent());
        question.Headers.TryAddWithoutValidation("X-Original-Host", request.Host.ToUriComponent());
        question.Headers.TryAddWithoutValidation(ClientAddress.ForwardedFor, Exchange.Of(context).ClientAddress.ToString());
        foreach (string name in waf.Headers)
        {
            // Those of a body it is not sent would belong to the question itself.
            bool isOfBody = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
            if (request.Headers.TryGetValue(name, out StringValues values)) question.Headers.TryAddWithoutValidation(isOfBody ? "X-Original-" + name : name, values.AsEnumerable());
        }

        return question;
    }

    private static bool IsFromWaf(string name) => name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase);
}

namespace GslbServer.Balancer;

/// <summary>Sends one request, and when its answer takes long the same request to a second backend; the first head of an answer wins, the other request is cancelled.</summary>
/// <param name="client">Of the cluster; it is left open.</param>
/// <param name="prefix">Address of the first backend, with which the request's address begins.</param>
internal sealed class HedgingInvoker(HttpMessageInvoker client, RequestTries tries, string prefix, TimeSpan after, TimeProvider time) : HttpMessageInvoker(NoHandler.Instance, disposeHandler: false)
{
    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var firstStop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var waitStop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<HttpResponseMessage> first = client.SendAsync(request, firstStop.Token);
        Task slow = Task.Delay(after, time, waitStop.Token);
        if (await Task.WhenAny(first, slow) == first || cancellationToken.IsCancellationRequested || Copy(request) is not { } copy || tries.TryHedge() is not { } hedge)
        {
            await waitStop.CancelAsync();
            return await first;
        }

        copy.RequestUri = new Uri(hedge.Destination.Model.Config.Address.TrimEnd('/') + request.RequestUri!.AbsoluteUri[prefix.TrimEnd('/').Length..]);
        using var secondStop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<HttpResponseMessage> second = client.SendAsync(copy, secondStop.Token);
        Task<HttpResponseMessage> winner = await Task.WhenAny(first, second);
        // A failure wins nothing while the other may still answer.
        if (!winner.IsCompletedSuccessfully) winner = winner == first ? second : first;
        bool isSecond = false;
        try
        {
            HttpResponseMessage answer = await winner;
            isSecond = winner == second;
            return answer;
        }
        finally
        {
            bool? failed = !second.IsCompleted ? null : !second.IsCompletedSuccessfully || GatewayErrorRun.IsGatewayStatus((int)second.Result.StatusCode);
            hedge.Leave(cancellationToken.IsCancellationRequested ? null : failed);
            if (isSecond) tries.Won(hedge);
            Task<HttpResponseMessage> loser = isSecond ? first : second;
            await (isSecond ? firstStop : secondStop).CancelAsync();
            _ = DropAsync(loser);
        }
    }

    /// <returns>Null if it cannot be sent twice.</returns>
    private HttpRequestMessage? Copy(HttpRequestMessage request)
    {
        if (request.Content is not null || !request.RequestUri!.AbsoluteUri.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return null;
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach ((string name, IEnumerable<string> values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    private static async Task DropAsync(Task<HttpResponseMessage> loser)
    {
        try
        {
            (await loser).Dispose();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            // It was cancelled, or failed by itself.
        }
    }

    private sealed class NoHandler : HttpMessageHandler
    {
        public static readonly NoHandler Instance = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
